package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"nextworkbench/queries"
	"nextworkbench/schema"
	"nextworkbench/workbench/trace"
)

// review is one reviewer's way through a queue of samples.
type review struct {
	app      *app
	db       *schema.DB
	reviewer string
	policy   string
	of       string // judge what this reviewer has judged
	queue    string
	most     int
	seed     uint64
	blind    bool
	keys     *bufio.Reader
}

func (a *app) auditReviewCommand() *cobra.Command {
	r := review{app: a}
	cmd := &cobra.Command{
		Use:   "review",
		Short: "Judge samples and claims, one key each",
		Long: "Walks through decided samples: the buggy program with its trace, the rationale with its claims, the fix; and asks for\n" +
			"the rubric of the NExT paper (does it explain the bug, does it suggest the fix, overall), then for each claim what is\n" +
			"true. Judgements are stored sample by sample; stop with q and go on with the same command. With --blind neither the\n" +
			"decision nor the checker's verdicts are shown; --of gives a second opinion on what another reviewer has judged, whose\n" +
			"answers are never shown. `workbench query audit-precision` and `audit-kappa` tell what came out.",
		Example: "  workbench audit review --reviewer ann\n  workbench audit review --reviewer ann --queue uncertain --most 10\n" +
			"  workbench audit review --reviewer bob --of ann --blind\n  workbench query audit-precision\n  workbench query annotations --json > judged.jsonl",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !slices.Contains([]string{"random", "stratified", "uncertain"}, r.queue) {
				return usageError{fmt.Errorf("--queue %s: want random, stratified or uncertain", r.queue)}
			}
			if r.reviewer == "" {
				return hint(usageError{errors.New("who is judging?")}, "--reviewer NAME")
			}
			db, err := a.open(cmd.Context())
			if err != nil {
				return err
			}
			defer db.Close()
			r.db, r.keys = db, bufio.NewReader(a.in)
			return r.run(cmd.Context())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&r.reviewer, "reviewer", "", "who is judging")
	flags.StringVar(&r.policy, "policy", "next", "the policy whose decisions are judged")
	flags.StringVar(&r.queue, "queue", "stratified", "random, stratified (by reason in turn) or uncertain (closest decisions first)")
	flags.StringVar(&r.of, "of", "", "only samples that this reviewer has judged")
	flags.IntVar(&r.most, "most", 20, "samples at most")
	flags.Uint64Var(&r.seed, "seed", 1, "of the random order")
	flags.BoolVar(&r.blind, "blind", false, "show neither decisions nor verdicts")
	return cmd
}

// queued is a sample to judge.
type queued struct {
	id     schema.SampleID
	reason string
	doubt  int
}

func (r *review) run(ctx context.Context) error {
	samples, err := r.waiting(ctx)
	if err != nil {
		return err
	}
	r.order(samples)
	samples = samples[:min(len(samples), r.most)]
	judged := 0
	for i, s := range samples {
		answers, err := r.judge(ctx, s.id, fmt.Sprintf("%d of %d", i+1, len(samples)))
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = r.store(ctx, s.id, answers)
		}
		if err != nil {
			return err
		}
		judged++
	}
	return r.app.print(map[string]any{"judged": judged, "waiting": len(samples) - judged}, "\n%d samples judged, %d of this round left", judged, len(samples)-judged)
}

func (r *review) waiting(ctx context.Context) (samples []queued, err error) {
	rows, err := queries.Run(ctx, r.db, "review-queue", map[string]string{"policy": r.policy, "reviewer": r.reviewer, "of": r.of})
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s queued
		var keep bool
		if err := rows.Scan(&s.id, &keep, &s.reason, &s.doubt); err != nil {
			return nil, err
		}
		samples = append(samples, s)
	}
	return samples, rows.Err()
}

// order shuffles, and then puts the reasons in turn or the closest decisions first.
func (r *review) order(samples []queued) {
	rand.New(rand.NewPCG(r.seed, 0)).Shuffle(len(samples), func(i, j int) { samples[i], samples[j] = samples[j], samples[i] })
	switch r.queue {
	case "uncertain":
		slices.SortStableFunc(samples, func(a, b queued) int { return cmp.Compare(b.doubt, a.doubt) })
	case "stratified":
		turn := map[string]int{}
		turns := map[schema.SampleID]int{}
		for _, s := range samples {
			turns[s.id] = turn[s.reason]
			turn[s.reason]++
		}
		slices.SortStableFunc(samples, func(a, b queued) int { return cmp.Compare(turns[a.id], turns[b.id]) })
	}
}

// reviewedClaim is a claim as it is shown.
type reviewedClaim struct {
	index               int
	parser, kind, quote string
	start               int
	verdict             schema.ClaimVerdict
	evidence            string
}

// judge shows one sample and asks for judgements. The error is io.EOF when the
// reviewer stops.
func (r *review) judge(ctx context.Context, sample schema.SampleID, position string) (answers []schema.Annotation, err error) {
	claims, err := r.show(ctx, sample, position)
	if err != nil {
		return nil, err
	}
	for _, question := range []string{"explains the bug", "suggests the fix", "overall"} {
		answer, err := r.ask(question+"?  y yes  p partly  n no", map[byte]string{'y': "yes", 'p': "partly", 'n': "no"})
		if err != nil {
			return nil, err
		}
		answers = append(answers, schema.Annotation{Question: question, Answer: answer})
	}
	for _, c := range claims {
		keys := map[byte]string{'s': "supported", 'c': "contradicted", 'u': "unverifiable"}
		text := "  s supported  c contradicted  u cannot be told"
		if !r.blind {
			keys[' '], keys['\r'], keys['\n'] = string(c.verdict), string(c.verdict), string(c.verdict)
			text += "  space: as the checker says, " + string(c.verdict)
		}
		answer, err := r.ask(fmt.Sprintf("claim %d: %s\n%s", c.index+1, trace.Harmless(c.quote), text), keys)
		if err != nil {
			return nil, err
		}
		answers = append(answers, schema.Annotation{Question: fmt.Sprintf("claim %s#%d", c.parser, c.index), Answer: answer})
	}
	return answers, nil
}

func (r *review) show(ctx context.Context, sample schema.SampleID, position string) ([]reviewedClaim, error) {
	claims, err := r.claims(ctx, sample)
	if err != nil {
		return nil, err
	}
	rows, err := queries.Run(ctx, r.db, "reviewed-sample", map[string]string{"sample": fmt.Sprint(sample), "policy": r.policy})
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	if !rows.Next() {
		return nil, firstError(rows.Err(), fmt.Errorf("sample %d: %w", sample, schema.ErrUnknown))
	}
	var task, model, rationale, fix, reason, detail, verdict, inline string
	var keep bool
	var passed, total int
	if err := rows.Scan(&task, &model, &rationale, &fix, &keep, &reason, &detail, &verdict, &passed, &total, &inline); err != nil {
		return nil, err
	}
	decision := ""
	if !r.blind {
		decision = fmt.Sprintf("\n%s: %s %s\n%s, %d of %d tests", r.policy, map[bool]string{true: "kept", false: "dropped, " + reason + ":"}[keep], detail, verdict, passed, total)
	}
	r.section("sample %d, %s: task %s, model %s%s", sample, position, task, model, decision)
	r.section("buggy program and its trace")
	r.traced(trace.Harmless(inline))
	r.section("rationale")
	r.text(r.marked(rationale, claims))
	for _, c := range claims {
		if !r.blind {
			r.text(fmt.Sprintf("  [%d] %s %s: %s", c.index+1, c.kind, c.verdict, trace.Harmless(c.evidence)))
		}
	}
	r.section("fix")
	r.text(trace.Harmless(fix))
	return claims, nil
}

func (r *review) claims(ctx context.Context, sample schema.SampleID) (claims []reviewedClaim, err error) {
	rows, err := queries.Run(ctx, r.db, "checked-claims", map[string]string{"sample": fmt.Sprint(sample)})
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var c reviewedClaim
		if err := rows.Scan(&c.index, &c.parser, &c.kind, &c.quote, &c.start, &c.verdict, &c.evidence); err != nil {
			return nil, err
		}
		claims = append(claims, c)
	}
	return claims, rows.Err()
}

func (r *review) section(format string, args ...any) {
	fmt.Fprintf(r.app.out, "\n--- "+format+"\n", args...)
}

// traced shows a program with its trace, which is coloured on a terminal.
func (r *review) traced(inline string) {
	form, err := trace.FindRenderer("inline")
	if err == nil && r.app.coloured() {
		inline = form.Paint(inline)
	}
	fmt.Fprintln(r.app.out, strings.TrimRight(inline, "\n"))
}

func (r *review) text(text string) {
	if !r.app.coloured() {
		text = stripColours.Replace(text)
	}
	fmt.Fprintln(r.app.out, strings.TrimRight(text, "\n"))
}

var stripColours = strings.NewReplacer(green, "", red, "", yellow, "", plain, "")

const (
	green  = "\x1b[32m"
	red    = "\x1b[31m"
	yellow = "\x1b[33m"
	plain  = "\x1b[0m"
)

// coloured says whether the output is a terminal on which colour is wanted.
func (a *app) coloured() bool { return a.onTerminal(a.out) && os.Getenv("NO_COLOR") == "" }

// marked numbers the claims in a rationale, in the colours of their verdicts unless
// the review is blind. Claims may overlap: each is marked where it begins.
func (r *review) marked(rationale string, claims []reviewedClaim) string {
	var b strings.Builder
	last := 0
	for _, c := range claims {
		end := min(c.start+len(c.quote), len(rationale))
		if c.start < last || c.start > len(rationale) {
			continue
		}
		colour := map[schema.ClaimVerdict]string{schema.Supported: green, schema.Contradicted: red, schema.Unverifiable: yellow}[c.verdict]
		if r.blind {
			colour = yellow
		}
		fmt.Fprintf(&b, "%s[%d]%s%s%s", trace.Harmless(rationale[last:c.start]), c.index+1, colour, trace.Harmless(rationale[c.start:end]), plain)
		last = end
	}
	return b.String() + trace.Harmless(rationale[last:])
}

// ask waits for one of some keys; q and the end of the input are io.EOF.
func (r *review) ask(question string, keys map[byte]string) (string, error) {
	fmt.Fprintf(r.app.out, "\n%s  q stop\n> ", question)
	for {
		key, err := r.key()
		if err != nil || key == 'q' || key == 3 || key == 4 {
			fmt.Fprintln(r.app.out)
			return "", firstError(err, io.EOF)
		}
		if answer, known := keys[key]; known {
			fmt.Fprintln(r.app.out, answer)
			return answer, nil
		}
	}
}

// key reads one key: at once from a terminal, else the next byte.
func (r *review) key() (byte, error) {
	if file, ok := r.app.in.(*os.File); ok && r.app.onTerminal(r.app.out) && term.IsTerminal(int(file.Fd())) {
		before, err := term.MakeRaw(int(file.Fd()))
		if err != nil {
			return 0, err
		}
		defer term.Restore(int(file.Fd()), before)
	}
	return r.keys.ReadByte()
}

func (r *review) store(ctx context.Context, sample schema.SampleID, answers []schema.Annotation) error {
	return r.db.Write(ctx, func(tx *schema.Tx) error {
		for _, a := range answers {
			a.Sample, a.Annotator = sample, r.reviewer
			if _, err := tx.Annotate(a); err != nil {
				return err
			}
		}
		return nil
	})
}
