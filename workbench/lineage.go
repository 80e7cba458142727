package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"nextworkbench/schema"
	"nextworkbench/workbench/lineage"
)

// drawing is how lineage is asked for.
type drawing struct {
	walk lineage.Walk
	form string
	each bool // a run fact by fact, not as a whole
}

func (a *app) lineageCommand() *cobra.Command {
	var d drawing
	cmd := &cobra.Command{
		Use:   "lineage KIND ID",
		Short: "Everything a fact came from and everything made of it",
		Long: "Walks the lineage of one fact both ways. The kinds of facts are\n" + wrapped(lineage.Kinds(), 96) + ".\n\n" +
			"A program, prompt or export is named by its hash or the start of it; an iteration as RUN/NUMBER; a\n" +
			"hard task as RUN/TASK; a test case as TASK:POSITION; an outcome as VERIFICATION:POSITION; a rejection\n" +
			"as FILE:LINE; a rendering as TRACE:RENDERER; a shard row as SHARD:ROW, or by file as\n" +
			"DIR/data/train-00000-of-00001.parquet:ROW.\n\n" +
			"A run is drawn as a whole: its rounds, checkpoints and exports, and its samples counted by verdict\n" +
			"and decision.",
		Example: "  workbench lineage shard_row exports/data/train-00000-of-00001.parquet:0\n" +
			"  workbench lineage model demo-1 --down\n  workbench lineage task example/0001 --format mermaid\n" +
			"  workbench lineage run demo --format openlineage",
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if a.config.JSON && !cmd.Flags().Changed("format") {
				d.form = "json"
			}
			for _, name := range []string{"depth", "whole", "up", "down"} { // they say how to walk
				d.each = d.each || cmd.Flags().Changed(name)
			}
			if d.walk.Up == d.walk.Down {
				d.walk.Up, d.walk.Down = true, true
			}
			return a.drawLineage(cmd.Context(), args[0], args[1], d)
		},
	}
	cmd.Flags().StringVar(&d.form, "format", "tree", "how to write it: "+strings.Join(lineage.Forms(), ", "))
	cmd.Flags().IntVar(&d.walk.Depth, "depth", 8, "how many steps to follow")
	cmd.Flags().IntVar(&d.walk.Limit, "limit", 10, "how many facts of one kind to show below one fact, and a hundred times as many in all; 0 shows all")
	cmd.Flags().BoolVar(&d.walk.Whole, "whole", false, "go on behind checkpoints, through all rounds")
	cmd.Flags().BoolVar(&d.walk.Up, "up", false, "only what it came from")
	cmd.Flags().BoolVar(&d.walk.Down, "down", false, "only what was made of it")
	cmd.Flags().BoolVar(&d.each, "each", false, "draw a run fact by fact, not as a whole; as do --depth, --whole, --up and --down")
	return cmd
}

func (a *app) drawLineage(ctx context.Context, kind, id string, d drawing) error {
	if err := lineage.CheckForm(d.form); err != nil {
		return usageError{err}
	}
	if a.config.JSON && (d.form == "mermaid" || d.form == "dot" || d.form == "tree") {
		return hint(usageError{fmt.Errorf("--json and --format %s exclude each other", d.form)}, "leave out one of them")
	}
	db, err := a.openReadOnly(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	g, err := d.graph(ctx, db, kind, id)
	if errors.Is(err, lineage.ErrKind) {
		return hint(usageError{err}, "the kinds are %s", strings.Join(lineage.Kinds(), ", "))
	}
	if errors.Is(err, schema.ErrUnknown) {
		return hint(err, "see `workbench lineage --help` for the kinds and how they are named")
	}
	if err != nil {
		return err
	}
	if err := g.Write(a.out, d.form, a.config.JSON); err != nil {
		return err
	}
	a.noteCuts(g, d.form)
	return nil
}

func (d drawing) graph(ctx context.Context, db *schema.DB, kind, id string) (*lineage.Graph, error) {
	root, err := lineage.Find(ctx, db, kind, id)
	if err != nil {
		return nil, err
	}
	if root.Kind == "run" && !d.each {
		return lineage.OfRun(ctx, db, id, 100*d.walk.Limit)
	}
	return d.walk.From(ctx, db, root)
}

// noteCuts says how much is not in the drawing, and where it is too large to be drawn.
func (a *app) noteCuts(g *lineage.Graph, form string) {
	hidden := 0
	for _, c := range g.Cuts {
		hidden += c.Hidden
	}
	if hidden > 0 {
		a.note("left out: %d ways to go on, below %d facts (--limit 0 shows all)", hidden, len(g.Cuts))
	}
	if form == "mermaid" && len(g.Ways) > lineage.MermaidEdges {
		a.note("%d edges: Mermaid draws %d unless it is told otherwise; a smaller --limit or --depth gives fewer", len(g.Ways), lineage.MermaidEdges)
	}
}

// wrapped joins words with commas, in lines of at most width.
func wrapped(words []string, width int) string {
	text, room := words[0], width-len(words[0])
	for _, word := range words[1:] {
		if room -= len(word) + 2; room < 0 {
			text, room = text+",\n"+word, width-len(word)
			continue
		}
		text += ", " + word
	}
	return text
}
