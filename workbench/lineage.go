package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"nextworkbench/queries"
	"nextworkbench/schema"
)

// fact is one node of the lineage graph.
type fact struct {
	kind string
	id   any // int64 or string, as v_lineage has it
}

// edge leads from a fact to another: a parent when up, a child when down.
type edge struct {
	Depth     int    `json:"depth"`
	Direction string `json:"direction"` // up: what it came from; down: what was made of it
	Kind      string `json:"kind"`
	ID        any    `json:"id"`
	Relation  string `json:"relation"`
	Of        string `json:"of"` // the fact that the edge leaves, as kind id
}

func (a *app) lineageCommand() *cobra.Command {
	var depth, limit int
	var up, down, whole bool
	cmd := &cobra.Command{
		Use:   "lineage KIND ID",
		Short: "Everything a fact came from and everything made of it",
		Long: "Walks the lineage of one fact both ways. Kinds: ingest_file, task, program, verification, trace,\n" +
			"prompt, generation, sample, claim, claim_check, decision, annotation, policy, selection, export,\n" +
			"shard, shard_row, model, run, iteration, evaluation, hard_task, runner, sampling. A program, prompt\n" +
			"or export is named by its hash or the start of it; an iteration as RUN/NUMBER; a shard row as\n" +
			"SHARD:ROW, or by file as DIR/data/train-00000-of-00001.parquet:ROW.",
		Example: "  workbench lineage shard_row exports/data/train-00000-of-00001.parquet:0\n" +
			"  workbench lineage model demo-1 --down\n  workbench lineage task example/0001 --json",
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			db, err := a.openReadOnly(cmd.Context())
			if err != nil {
				return err
			}
			defer db.Close()
			start, err := resolveFact(cmd.Context(), db, args[0], args[1])
			if err != nil {
				return err
			}
			w := walk{app: a, db: db, depth: depth, limit: limit, whole: whole}
			return w.run(cmd.Context(), start, up || !down, down || !up)
		},
	}
	cmd.Flags().IntVar(&depth, "depth", 8, "how many steps to follow")
	cmd.Flags().IntVar(&limit, "limit", 10, "how many facts of one kind to show below one fact; 0 shows all")
	cmd.Flags().BoolVar(&whole, "whole", false, "go on behind checkpoints, through all rounds")
	cmd.Flags().BoolVar(&up, "up", false, "only what it came from")
	cmd.Flags().BoolVar(&down, "down", false, "only what was made of it")
	return cmd
}

// walk shows the graph around a fact, each fact once in each direction.
type walk struct {
	app          *app
	db           *schema.DB
	depth, limit int
	seen         map[string]bool
	ofRow        bool // the walk began at a shard row
	whole        bool // go on behind checkpoints
}

func (w *walk) run(ctx context.Context, start fact, up, down bool) error {
	if !w.app.config.JSON {
		fmt.Fprintln(w.app.out, start)
	}
	w.ofRow = start.kind == "shard_row"
	for _, direction := range []struct {
		name, title string
		wanted      bool
	}{{"up", "came from", up}, {"down", "was made into", down}} {
		if !direction.wanted {
			continue
		}
		w.seen = map[string]bool{start.String(): true}
		if !w.app.config.JSON {
			fmt.Fprintf(w.app.out, "  %s:\n", direction.title)
		}
		if err := w.follow(ctx, start, direction.name, 1); err != nil {
			return err
		}
	}
	return nil
}

func (f fact) String() string {
	text := fmt.Sprint(f.id)
	if (f.kind == "program" || f.kind == "prompt" || f.kind == "export") && len(text) == 64 {
		text = text[:12]
	}
	return f.kind + " " + text
}

func (w *walk) follow(ctx context.Context, from fact, direction string, depth int) error {
	if depth > w.depth {
		return nil
	}
	edges, err := w.edges(ctx, from, direction)
	if err != nil {
		return err
	}
	shown := map[string]int{}
	for _, e := range edges {
		to := fact{e.Kind, e.ID}
		if w.seen[to.String()] || w.ofRow && e.Relation == "selects" {
			continue // a row comes from its own sample, not from all that were selected with it
		}
		shown[e.Kind]++
		if w.limit > 0 && shown[e.Kind] > w.limit {
			continue
		}
		w.seen[to.String()] = true
		e.Depth = depth
		if err := w.app.print(e, "%s%s: %s", strings.Repeat("  ", depth+1), e.Relation, to); err != nil {
			return err
		}
		if to.kind == "model" && !w.whole {
			continue // what a checkpoint was trained on, or drew, is another round's story
		}
		if err := w.follow(ctx, to, direction, depth+1); err != nil {
			return err
		}
	}
	for kind, n := range shown {
		if hidden := n - w.limit; w.limit > 0 && hidden > 0 {
			w.app.note("%s... and %d more of kind %s below %s (--limit 0 shows all)", strings.Repeat("  ", depth+1), hidden, kind, from)
		}
	}
	return nil
}

func (w *walk) edges(ctx context.Context, from fact, direction string) ([]edge, error) {
	query := `SELECT parent_kind, parent_id, relation FROM v_lineage WHERE child_kind = ? AND child_id = ?
		ORDER BY relation NOT IN ('holds', 'parsed from')` // the main way first, the frame around it after
	if direction == "down" {
		query = `SELECT child_kind, child_id, relation FROM v_lineage WHERE parent_kind = ? AND parent_id = ?`
	}
	rows, err := w.db.Query(ctx, query, from.kind, from.id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []edge
	for rows.Next() {
		e := edge{Direction: direction, Of: from.String()}
		if err := rows.Scan(&e.Kind, &e.ID, &e.Relation); err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, rows.Err()
}

// resolveFact finds the fact that a person means.
func resolveFact(ctx context.Context, db *schema.DB, kind, id string) (fact, error) {
	kind = strings.ReplaceAll(kind, "-", "_")
	if kind == "shard_row" && strings.Contains(id, ".parquet:") {
		return resolveShardRow(ctx, db, id)
	}
	rows, err := queries.Run(ctx, db, "facts", map[string]string{"kind": kind, "id": id})
	if err != nil {
		return fact{}, err
	}
	defer rows.Close()
	var found []fact
	for rows.Next() {
		f := fact{kind: kind}
		if err := rows.Scan(&f.id); err != nil {
			return f, err
		}
		found = append(found, f)
	}
	switch {
	case rows.Err() != nil:
		return fact{}, rows.Err()
	case len(found) == 0:
		return fact{}, hint(fmt.Errorf("%s %s: %w", kind, id, schema.ErrUnknown), "see `workbench lineage --help` for the kinds and how they are named")
	case len(found) > 1:
		return fact{}, fmt.Errorf("%s %s stands for %d facts, such as %v and %v", kind, id, len(found), found[0].id, found[1].id)
	}
	return found[0], nil
}

// resolveShardRow finds a row by its file: the manifest beside it names the export.
func resolveShardRow(ctx context.Context, db *schema.DB, text string) (fact, error) {
	path, row, _ := strings.Cut(text, ".parquet:")
	number, err := strconv.ParseInt(row, 10, 64)
	if err != nil {
		return fact{}, usageError{fmt.Errorf("shard row %q: want FILE.parquet:ROW", text)}
	}
	folder := filepath.Dir(filepath.Dir(path + ".parquet"))
	sum, err := exportOf(folder)
	if err != nil {
		return fact{}, err
	}
	var shard int64
	err = db.QueryRow(ctx, `SELECT h.id FROM shard h JOIN export e ON e.id = h.export_id JOIN shard_row w ON w.shard_id = h.id
		WHERE e.sha256 = ? AND h.path = ? AND w.row = ?`, sum, "data/"+filepath.Base(path)+".parquet", number).Scan(&shard)
	if err != nil {
		return fact{}, fmt.Errorf("shard row %s: this database did not write it: %w", text, schema.ErrUnknown)
	}
	return fact{"shard_row", fmt.Sprintf("%d:%d", shard, number)}, nil
}

// exportOf reads the hash of an export from the manifest in its directory.
func exportOf(folder string) (string, error) {
	data, err := os.ReadFile(filepath.Join(folder, "manifest.json"))
	if errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("%s has no manifest.json: it is not the directory of an export", folder)
	}
	if err != nil {
		return "", err
	}
	var manifest struct {
		SHA256 string `json:"sha256"`
	}
	err = json.Unmarshal(data, &manifest)
	return manifest.SHA256, err
}
