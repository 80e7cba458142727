package audit

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"nextworkbench/schema"
)

var (
	roundsAfter = regexp.MustCompile(`(?i)^(?:\s+(?:in|of|over) [\x60\x00\w]+|\s+\(?(?:on|at|in|starting (?:on|at)|of) line \d+\)?| body)?\s+(?:(?:then |only |just |actually |still )*(?:runs|ran|iterates|iterated|executes|executed|loops|looped|repeats|repeated|(?:is|was) (?:executed|run|entered|repeated|gone (?:around|through)|walked through|hit|reached|passed through)|goes (?:a?round)|went (?:a?round)|cycles|cycled|spins|spun|turns|turned|circles) (?:for )?(?:only |just |exactly |a total of )?` + timesWord + `|(?:only |just |still )?(?:(?:iterates|iterated|loops|looped|goes|went|runs|ran|steps|stepped) (?:over|through)|visits|visited|processes|processed|handles|handled|examines|examined|covers|covered|considers|considered) (?:only |just |all |the |exactly )*(\d{1,6}|one|two|three|four|five|six|seven|eight|nine|ten) (?:of the )?[a-z]+s?|(?:only |just |still )?(?:makes|made|does|did|performs|performed|completes|completed|runs(?: for| through)?|ran(?: for| through)?|executes|takes|took|has|had|goes through|went through|manages|managed|is|was|gets|got|starts|started) (?:only |just |exactly |but )?(a single|no|zero|\d{1,6}|one|two|three|four|five|six|seven|eight|nine|ten) (?:iterations?|pass(?:es)?|rounds?|cycles?|times?|turns?|laps?))\b`)
	roundsOf    = regexp.MustCompile(`(?i)\b(a single|\d{1,6}|one|two|three|four|five|six|seven|eight|nine|ten) (?:iterations?|passes|pass|rounds?|turns?|laps?) (?:of|through|in) the (?:(?:while|for|inner|outer|main) )?loop\b|\b(\d{1,6}|two|three|four|five|six|seven|eight|nine|ten) (?:loop )?(?:iterations|passes|rounds) (?:happen|happened|run|ran|are made|were made|take place|took place|are (?:executed|performed|carried out)|in (?:total|all)|altogether)\b|\bthere (?:is|are|was|were) (?:only |just |exactly )?(\d{1,6}|one|two|three|four|five|six|seven|eight|nine|ten) (?:loop )?(?:iterations?|passes|pass|rounds?)\b|\bafter (\d{1,6}|two|three|four|five|six|seven|eight|nine|ten) (?:iterations?|passes|rounds) the loop (?:ends|ended|stops|stopped|is over|terminates|finishes)\b`)
	bareTimes   = regexp.MustCompile(`(?i)^\s+(?:only |just |exactly )?(once|twice|(?:\d{1,6}|two|three|four|five|six|seven|eight|nine|ten) times)\b`)
)

// findRoundsOf finds "three passes of the loop".
func findRoundsOf(r *reader) {
	for _, m := range r.matches(roundsOf, "iteration", "pass", "round", "turn") {
		c := Claim{Kind: Executed, place: place{keyword: "loop", body: true}, number: count(group(r.s.prose, m))}
		c.Stated = fmt.Sprintf("the loop runs %d times", c.number)
		r.placed(c, span{m[0], m[1]}, m[0])
	}
}

// findRounds finds how often a loop is said to run.
func findRounds(r *reader) {
	for _, p := range r.mentions() {
		m := roundsAfter.FindStringSubmatchIndex(r.s.prose[p.at.end:])
		if p.place.branch() && m == nil {
			m = executes.FindStringSubmatchIndex(r.s.prose[p.at.end:])
		}
		if m == nil && p.keyword != "" && r.counts() {
			m = bareTimes.FindStringSubmatchIndex(r.s.prose[p.at.end:])
		}
		loops := p.place.branch() || slices.Contains(loopWords(), p.place.keyword)
		if m == nil || !loops && !loopLine.MatchString(strings.TrimSuffix(p.place.code, ":")+":") {
			continue
		}
		if group(r.s.prose[p.at.end:], m) == "" {
			continue
		}
		c := Claim{Kind: Executed, place: p.place, number: count(group(r.s.prose[p.at.end:], m))}
		c.Stated = fmt.Sprintf("%s runs %d times", p.place, c.number)
		r.placed(c, span{p.at.start, p.at.end + m[1]}, p.at.end)
	}
}

// loopWords are the keywords of places that are loops.
func loopWords() []string { return []string{"loop", "for", "while", "inner", "outer"} }

func (e *evidence) checkRounds(c Claim) Finding {
	firm, why := e.ofTheRun(c.about)
	if why == noSuchCall {
		return unverifiable("%s", why)
	}
	if c.place.branch() {
		return e.checkBranch(c, firm, why)
	}
	loops := e.loopsOf(c.place)
	runs, seen := 0, ""
	for _, l := range loops {
		for _, frame := range e.frameIDs() {
			all, ends := e.rounds(l, frame)
			total := 0
			for i, rounds := range all {
				runs, total = runs+1, total+len(rounds)
				if len(rounds) == c.number && !e.Truncated {
					return Finding{schema.Supported, e.stepBefore(ends[i]), fmt.Sprintf("the loop on line %d runs %d times", l.header, len(rounds))}
				}
				seen = fmt.Sprintf("the loop on line %d runs %d times", l.header, len(rounds))
			}
			if total == c.number && len(all) > 1 && !e.Truncated {
				return Finding{schema.Supported, -1, fmt.Sprintf("the loop on line %d runs %d times in all", l.header, total)}
			}
		}
	}
	switch {
	case runs == 0 || e.Truncated:
		return unverifiable("the trace does not show the loop whole")
	case (len(loops) > 1 || runs > 1) && e.layout.comprehends:
		return unverifiable("it does not say which loop, or which of its runs")
	case !firm:
		return unverifiable("%s; %s", why, seen)
	}
	return Finding{schema.Contradicted, -1, seen} // no loop that may be meant, in none of its runs
}

// checkBranch checks how often what is under a condition is said to be executed.
func (e *evidence) checkBranch(c Claim, firm bool, why string) Finding {
	line, unknown := e.resolve(c.place)
	if unknown != "" {
		return unverifiable("%s", unknown)
	}
	times, last := e.executions(line)
	evidence := fmt.Sprintf("the trace shows line %d executed %d times", line, times)
	switch {
	case e.Truncated:
		return unverifiable("the trace does not show all lines")
	case times == c.number && (firm || times > 0):
		return Finding{schema.Supported, last.step, evidence}
	case !firm:
		return unverifiable("%s; %s", why, evidence)
	}
	return Finding{schema.Contradicted, last.step, evidence}
}

func (e *evidence) loopsOf(p place) (found []loop) {
	for _, l := range e.layout.loops {
		text := e.layout.lines[l.header-1]
		if p.keyword == "loop" || p.keyword == "inner" && e.layout.nested(l) || p.keyword == "outer" && !e.layout.nested(l) || p.keyword != "" && strings.HasPrefix(strings.TrimPrefix(text, "async "), p.keyword) ||
			p.code != "" && strings.TrimSuffix(text, ":") == strings.TrimSuffix(p.code, ":") || p.line == l.header {
			found = append(found, l)
		}
	}
	return found
}

// stepBefore is the last step up to an event.
func (e *evidence) stepBefore(index int) int {
	for ; index >= 0; index-- {
		if step := e.Events[index].Step; step >= 0 {
			return step
		}
	}
	return -1
}
