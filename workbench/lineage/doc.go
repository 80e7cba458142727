// Package lineage walks from a fact to everything that it came from and everything
// that was made of it, and draws what it found in six forms.
//
// A graph is made of facts and of ways between them, as v_lineage has them: from
// the child to the parent that it came from. It reads and never writes.
package lineage
