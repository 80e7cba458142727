package verify

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
)

// plansKept bounds the plans in memory. Work lists go task by task, so that a
// few are enough.
const plansKept = 256

// planner is the trusted process that parses tests, and the plans it made.
type planner struct {
	mu     sync.Mutex
	script *sandbox.Script
	plans  map[string]*taskPlan // by the content of the task
}

func startPlanner(ctx context.Context, python sandbox.Interpreter) (*planner, error) {
	script, err := sandbox.StartScript(ctx, python, plannerSource)
	if err != nil {
		return nil, fmt.Errorf("planner: %w", err)
	}
	return &planner{script: script, plans: map[string]*taskPlan{}}, nil
}

func (p *planner) close() error { return p.script.Close() }

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
	line, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	answer, err := p.script.Ask(ctx, line)
	if err != nil {
		return nil, err
	}
	plan, err := decodePlans(answer, len(request.Tests))
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
