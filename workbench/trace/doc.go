// Package trace records what a program did on a test, event by event, and renders
// it for models and for people. It owns the recorder, the Python instrument that
// runs beside the candidate in its sandbox, and writes the tables trace,
// trace_event, trace_change and trace_rendering. It refuses to believe more of a
// report than it can check: the report comes out of the candidate's process.
package trace
