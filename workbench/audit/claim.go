package audit

// Parser and Checker are the versions that claims and their checks are stored
// under. A change of what is found or concluded needs a new one.
const (
	Parser  = "claims/3"
	Checker = "trace/3"
)

// Kind is what a claim is about.
type Kind string

// The kinds of claims.
const (
	Returned Kind = "return"        // what a call returned
	Raised   Kind = "exception"     // which exception was raised, and where
	Quiet    Kind = "no-exception"  // that none was raised
	Expected Kind = "expected"      // what the failing test expects
	AtStep   Kind = "value-at-step" // the value of a variable at a step of the trace
	Takes    Kind = "value"         // that a variable takes a value
	AtLine   Kind = "value-at-line" // that it has the value where a line is executed
	AtRound  Kind = "value-at-iteration"
	AtEnd    Kind = "value-at-end"  // when the call, or a loop, is over
	AtStart  Kind = "value-initial" // first of all
	Constant Kind = "unchanged"     // that a variable keeps its value
	Unbound  Kind = "undefined"     // that a variable is never given a value
	Executed Kind = "count"         // how often a line, or the body of a loop, is executed
	Ran      Kind = "executed"      // that a line or branch is executed
	Skipped  Kind = "not-executed"  // that it is not
	Called   Kind = "call"          // how, or how often, a function is called
	Typed    Kind = "type"          // of which type a value is
	Sized    Kind = "length"        // of how many items
	Fails    Kind = "failing-test"  // which test fails
	Fixed    Kind = "fixed-return"  // what the repaired program returns
)

// Claim is one checkable statement, as it was written and as it was understood.
type Claim struct {
	Kind   Kind
	Quote  string // the exact words
	Start  int    // byte offset of the quote in the rationale
	Stated string // what is stated, in one form for all wordings

	about  about
	mood   mood
	value  value
	name   string // of a variable or an exception
	either bool   // it may speak of the program as it was, or as repaired
	text   string // of an exception's message, or of a line of the program
	number int    // a step, a line, a round or a count; -1 for none
	when   *binding
	place  place
	args   []argument // that a function is said to be called with

	sentence string // that it stands in
}

// about says which execution a statement speaks of.
type about struct {
	call      *call
	function  string // empty for the entry point
	nth       int    // which of its calls, from 1; 0 for any
	pronoun   bool   // its subject is only meant by "it"
	misquoted bool   // the rationale quotes a line with the number of another
	last      bool   // the last of its calls
	deepest   bool   // the innermost call of the recursion
	traced    bool   // it speaks of the trace or the failing test
	loose     bool   // it may as well speak of something else
	proposed  bool   // it is loose because it may speak of the repaired program, and for nothing else
	reported  bool   // its sentence speaks of the trace or of the buggy program
	elsewhere bool   // something says that it is about another run
	expects   *value // what is said in the same sentence to be expected instead
}

// Task is what a rationale is about, as far as its words need it.
type Task struct {
	EntryPoint string
	Program    string   // the buggy program
	Tests      []string // in order
	Failing    int      // index of the first failing test, -1 when there is none
}

// Parse finds the checkable statements of a rationale, in their order. It depends
// on the task, never on a trace: the same rationale always has the same claims.
func Parse(rationale string, task Task) []Claim { return newReader(task).read(rationale) }
