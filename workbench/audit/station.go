package audit

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"slices"
	"strconv"

	"nextworkbench/queries"
	"nextworkbench/schema"
)

// Options say what the station audits.
type Options struct {
	Policy Policy // under which samples are decided; see [Policies]
	Run    string // only samples of this run; empty takes all, recorded samples too
	Batch  int    // samples per transaction; 0 is 500
}

// Summary is what an audit did. A run that was interrupted tells what is stored.
type Summary struct {
	Policy       string         `json:"policy"`
	Version      int            `json:"version"`
	Samples      int            `json:"samples"`
	Kept         int            `json:"kept"`
	Dropped      map[string]int `json:"dropped"` // by first reason
	Claims       int            `json:"claims"`
	Supported    int            `json:"supported"`
	Contradicted int            `json:"contradicted"`
	Unverifiable int            `json:"unverifiable"`
}

// station is one audit under way.
type station struct {
	db       *schema.DB
	options  Options
	policy   schema.PolicyID
	summary  Summary
	pending  []*subjectSample
	traces   []schema.TraceID // of the pending samples
	decided  []schema.Decision
	pools    []string // of the task's samples that were kept before
	hidden   []string // the task's hidden tests
	total    int
	progress func(done, total int)
}

// Run decides every sample that the policy's newest version has not decided yet
// and that can be: its fix is judged, or it has none. Claims are stored with their
// checks. Each batch is durable when it is done; running again does what is left.
func Run(ctx context.Context, db *schema.DB, o Options, progress func(done, total int)) (Summary, error) {
	if err := o.Policy.check(); err != nil {
		return Summary{}, err
	}
	o.Batch = cmp.Or(o.Batch, 500)
	s := station{db: db, options: o, progress: progress, summary: Summary{Policy: o.Policy.Name, Dropped: map[string]int{}}}
	err := db.Write(ctx, func(tx *schema.Tx) (err error) {
		s.policy, s.summary.Version, err = tx.PutPolicy(o.Policy.Name, o.Policy.content())
		return err
	})
	if err != nil {
		return s.summary, err
	}
	return s.summary, s.run(ctx)
}

func (s *station) run(ctx context.Context) error {
	tasks, err := s.tasks(ctx)
	if err != nil {
		return err
	}
	for _, task := range tasks {
		if err := s.audit(ctx, task); err != nil {
			return err
		}
	}
	return s.store(ctx)
}

func (s *station) tasks(ctx context.Context) (tasks []schema.TaskID, err error) {
	err = s.each(ctx, "unaudited", map[string]string{"run": s.options.Run}, func(rows *sql.Rows) error {
		var task schema.TaskID
		var samples int
		err := rows.Scan(&task, &samples)
		tasks = append(tasks, task)
		s.total += samples
		return err
	})
	return tasks, err
}

// audit decides the samples of one task, in an order that does not depend on when
// they came: the first of equal samples is kept.
func (s *station) audit(ctx context.Context, task schema.TaskID) error {
	seen, err := s.kept(ctx, task)
	if err != nil {
		return err
	}
	execution, reference, err := s.execution(ctx, task)
	if err != nil {
		return err
	}
	evidence, reader := newEvidence(execution), newReader(execution.Task)
	keptOf := map[string]int{}
	for _, pool := range s.pools {
		keptOf[pool]++
	}
	parameters := map[string]string{"task": number64(task), "run": s.options.Run}
	return s.each(ctx, "unaudited-samples", parameters, func(rows *sql.Rows) error {
		sample := &subjectSample{buggy: execution.Task.Program, reference: reference, hidden: s.hidden, tests: append(slices.Clone(evidence.others), evidence.test)}
		if err := rows.Scan(&sample.id, &sample.pool, &sample.rationale, &sample.parse, &sample.parseDetail, &sample.fix,
			&sample.verdict, &sample.tier, &sample.outcome, &sample.hard, &sample.fixTrace); err != nil {
			return err
		}
		sample.keptBefore = keptOf[sample.pool]
		sample.claims = reader.read(sample.rationale)
		if err := s.fixOf(ctx, evidence, sample); err != nil {
			return err
		}
		sample.findings = evidence.checkAll(sample.claims)
		if s.decide(sample, seen, execution.Trace) {
			keptOf[sample.pool]++
		}
		if len(s.decided) >= s.options.Batch {
			return s.store(ctx)
		}
		return nil
	})
}

func (s *station) decide(sample *subjectSample, seen map[[sha256.Size]byte]schema.SampleID, trace schema.TraceID) (keep bool) {
	mark := sample.fingerprint()
	sample.twin = seen[mark]
	d := s.options.Policy.decide(sample)
	if d.Keep {
		seen[mark] = sample.id
	}
	s.pending = append(s.pending, sample)
	s.traces = append(s.traces, trace)
	s.decided = append(s.decided, d)
	return d.Keep
}

// fixOf gives the evidence what is known of a sample's fix, where a claim asks for it.
func (s *station) fixOf(ctx context.Context, e *evidence, sample *subjectSample) error {
	e.Passed, e.fix = sample.verdict == schema.Pass, nil
	asked := slices.ContainsFunc(sample.claims, func(c Claim) bool { return c.Kind == Fixed })
	if !asked || sample.fixTrace == 0 {
		return nil
	}
	events, err := queries.Events(ctx, s.db, sample.fixTrace)
	if err != nil {
		return err
	}
	x := e.Execution
	x.Task.Program, x.Trace, x.Events, x.Fix = sample.fix, sample.fixTrace, events, nil
	e.fix = newEvidence(x)
	return nil
}

// kept maps the fingerprints of a task's samples that were kept before.
func (s *station) kept(ctx context.Context, task schema.TaskID) (map[[sha256.Size]byte]schema.SampleID, error) {
	seen := map[[sha256.Size]byte]schema.SampleID{}
	s.pools = nil
	err := s.each(ctx, "audited-kept", map[string]string{"task": number64(task)}, func(rows *sql.Rows) error {
		var sample subjectSample
		err := rows.Scan(&sample.id, &sample.pool, &sample.rationale, &sample.fix)
		s.pools = append(s.pools, sample.pool)
		if mark := sample.fingerprint(); seen[mark] == 0 {
			seen[mark] = sample.id
		}
		return err
	})
	return seen, err
}

// execution reads what the rationales of a task speak of.
func (s *station) execution(ctx context.Context, task schema.TaskID) (x Execution, reference string, err error) {
	parameters := map[string]string{"task": number64(task)}
	err = each(ctx, s.db, "failing-trace", parameters, func(rows *sql.Rows) error {
		var hidden string
		err := rows.Scan(&x.Task.EntryPoint, &x.Task.Program, &reference, &x.Task.Failing, &x.Trace, &x.Truncated, &hidden)
		if err == nil {
			s.hidden = nil
			err = json.Unmarshal([]byte(hidden), &s.hidden)
		}
		return err
	})
	if err == nil {
		err = each(ctx, s.db, "task-tests", parameters, func(rows *sql.Rows) error {
			var code string
			err := rows.Scan(&code)
			x.Task.Tests = append(x.Task.Tests, code)
			return err
		})
	}
	if err == nil {
		err = each(ctx, s.db, "buggy-exceptions", parameters, func(rows *sql.Rows) error {
			var detail string
			err := rows.Scan(&detail)
			x.Raised = append(x.Raised, exceptionName.FindString(detail))
			return err
		})
	}
	if err == nil && x.Trace != 0 {
		x.Events, err = queries.Events(ctx, s.db, x.Trace)
	}
	return x, reference, err
}

// store writes what is pending in one transaction.
func (s *station) store(ctx context.Context) error {
	if len(s.decided) == 0 {
		return nil
	}
	err := s.db.Write(ctx, func(tx *schema.Tx) error {
		for i, sample := range s.pending {
			if err := tx.RecordClaims(sample.id, Parser, Checker, sample.rows(s.traces[i])); err != nil {
				return err
			}
		}
		return tx.Decide(s.policy, s.decided)
	})
	if err != nil {
		return err
	}
	s.count()
	s.pending, s.traces, s.decided = nil, nil, nil
	if s.progress != nil {
		s.progress(s.summary.Samples, s.total)
	}
	return nil
}

// rows are the claims of a sample as they are stored.
func (s *subjectSample) rows(trace schema.TraceID) []schema.Claim {
	rows := make([]schema.Claim, len(s.claims))
	for i, c := range s.claims {
		f := s.findings[i]
		rows[i] = schema.Claim{Kind: string(c.Kind), Quote: c.Quote, Start: c.Start, Stated: c.Stated,
			Verdict: f.Verdict, Trace: trace, Step: f.Step, Evidence: f.Evidence}
		if c.Kind == Fixed && s.fixTrace != 0 {
			rows[i].Trace = s.fixTrace
		}
	}
	return rows
}

func (s *station) count() {
	for i, d := range s.decided {
		s.summary.Samples++
		if d.Keep {
			s.summary.Kept++
		} else {
			s.summary.Dropped[d.Reason]++
		}
		for _, f := range s.pending[i].findings {
			s.summary.Claims++
			switch f.Verdict {
			case schema.Supported:
				s.summary.Supported++
			case schema.Contradicted:
				s.summary.Contradicted++
			default:
				s.summary.Unverifiable++
			}
		}
	}
}

// each asks a work list of the policy and hands over its rows.
func (s *station) each(ctx context.Context, name string, parameters map[string]string, row func(*sql.Rows) error) error {
	parameters["policy"] = number64(s.policy)
	return each(ctx, s.db, name, parameters, row)
}

func each(ctx context.Context, db *schema.DB, name string, parameters map[string]string, row func(*sql.Rows) error) error {
	rows, err := queries.Run(ctx, db, name, parameters)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func number64[T ~int64](id T) string { return strconv.FormatInt(int64(id), 10) }

// Move counts samples that two policies decide for different reasons; a reason is
// a filter's code, "kept", or "undecided".
type Move struct {
	ReasonA string          `json:"reason_a"`
	ReasonB string          `json:"reason_b"`
	Samples int             `json:"samples"`
	Example schema.SampleID `json:"example_sample"`
}

// Diff says what moves from policy a to policy b, both in their newest versions,
// the most frequent first.
func Diff(ctx context.Context, db *schema.DB, a, b string) (moves []Move, err error) {
	err = each(ctx, db, "moved", map[string]string{"a": a, "b": b}, func(rows *sql.Rows) error {
		var m Move
		err := rows.Scan(&m.ReasonA, &m.ReasonB, &m.Samples, &m.Example)
		moves = append(moves, m)
		return err
	})
	return slices.Clip(moves), err
}
