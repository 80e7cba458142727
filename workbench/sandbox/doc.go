// Package sandbox runs one untrusted Python program under limits.
//
// In the order of a program's life: Find chooses an interpreter, Open starts a
// Pool of workers, each a jail holding a zygote that has the standard library
// loaded. Start forks a Candidate from a zygote; Load executes its source,
// Call and Apply ask it for values, Close ends it and says what it used. What
// leaves the candidate is inert: bytes that DecodeValue turns into a Value
// without trusting them. Judge runs test code in a second jail, whose entry
// points are stubs that reach the candidate through this process, so that
// neither expected values nor verdicts ever enter a candidate.
//
// It also is the only door to other processes: StartScript runs trusted Python
// that answers requests line by line, Self runs this very binary again.
//
// It writes no tables and imports nothing of ours. It refuses to run programs
// where neither namespaces nor Landlock can hold them, unless told otherwise.
package sandbox
