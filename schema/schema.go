// Package schema is the dictionary of the workbench: the tables of the one SQLite
// file, their Go nouns, one file per noun, and every statement that writes.
//
// It owns all tables. Facts are append-only: after each migration every table is
// sealed with triggers that refuse UPDATE and DELETE, so a correction is a new
// row. Reading is free to everyone through [DB.Query]; writing happens in
// [DB.Write] alone, through the methods of [Tx]. It refuses files of another
// program and files of a newer workbench.
package schema
