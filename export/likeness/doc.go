// Package likeness tells Python programs and English instructions that are the same, or nearly, from those that are not, without running either.
//
// Two programs are the same when they differ in layout, comments and consistent
// renaming alone: see [ReadProgram]. Two texts are nearly the same when they share
// most of their runs of words or tokens: see [Index]. Both work on any bytes, since
// programs to repair need not parse.
package likeness
