package verify

import (
	"context"
	"fmt"
	"sync"

	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
)

// plansKept bounds the plans in memory. Work lists go task by task, so that a
// few are enough.
const plansKept = 256

// largestAnswer bounds the plans of one task, whose tests may be thousands.
const largestAnswer = 256 << 20

// planner is the trusted process that parses tests, and the plans it made.
type planner struct {
	ctx    context.Context // of the process, which serves many calls
	python sandbox.Interpreter
	mu     sync.Mutex
	script *sandbox.Script      // nil when it has to be started anew
	plans  map[string]*taskPlan // by the content of the task
}

func startPlanner(ctx context.Context, python sandbox.Interpreter) (*planner, error) {
	p := &planner{ctx: ctx, python: python, plans: map[string]*taskPlan{}}
	return p, p.start()
}

func (p *planner) start() (err error) {
	if p.script == nil {
		script := sandbox.Script{Source: literalSource + plannerSource, Limits: sandbox.Limits{Value: largestAnswer}}
		p.script, err = sandbox.StartScript(p.ctx, p.python, script)
	}
	return err
}

func (p *planner) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.script == nil {
		return nil
	}
	return p.script.Close()
}

// ask lets the script plan. Tests may be hostile to a parser, too: when one
// ends the script, twice, none of the request can be run, and that is data.
func (p *planner) ask(ctx context.Context, request planRequest) (*planAnswer, error) {
	var failure error
	for range 2 {
		if err := p.start(); err != nil {
			return nil, err
		}
		var answer planAnswer
		if failure = p.script.Exchange(ctx, request, &answer); failure == nil {
			return &answer, nil
		}
		p.script = nil
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return &planAnswer{Error: failure.Error()}, nil
}

// plan returns the plan of a task, made once for its content.
func (p *planner) plan(ctx context.Context, task Task) (*taskPlan, error) {
	sum := schema.Hash(append([]string{task.Setup, task.EntryPoint}, task.Tests...)...)
	p.mu.Lock()
	defer p.mu.Unlock()
	if known := p.plans[sum]; known != nil {
		return known, nil
	}
	plan, err := p.make(ctx, task)
	if err != nil {
		return nil, fmt.Errorf("plan tests of %s: %w", task.EntryPoint, err)
	}
	if len(p.plans) == plansKept {
		clear(p.plans)
	}
	p.plans[sum] = plan
	return plan, nil
}

// make asks the script about all tests that are code, in one request.
func (p *planner) make(ctx context.Context, task Task) (*taskPlan, error) {
	request := planRequest{Setup: task.Setup, EntryPoint: task.EntryPoint, Tests: []string{}}
	exchanges := make([]*Exchange, len(task.Tests))
	for i, test := range task.Tests {
		if exchanges[i] = exchangeOf(test); exchanges[i] == nil {
			request.Tests = append(request.Tests, test)
		}
	}
	answer, err := p.ask(ctx, request)
	if err != nil {
		return nil, err
	}
	plan, err := answer.decode(len(request.Tests))
	if err != nil {
		return nil, err
	}
	code := plan.tests
	plan.tests = make([]Plan, len(task.Tests))
	for i, exchange := range exchanges {
		if exchange != nil {
			plan.tests[i] = Plan{Tier: schema.ValueTier, Streams: exchange}
			continue
		}
		plan.tests[i], code = code[0], code[1:]
	}
	return plan, nil
}
