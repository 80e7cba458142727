// Package export is the way out: selections, Parquet shards, manifest, dataset card and
// their independent verification.
//
// A selection query is run and frozen, its samples become the rows of Parquet
// shards, a manifest says what was written, a dataset card says it to people, and
// [Verify] proves all of it again with a second Parquet implementation in a
// process of its own.
//
// In the order of an export: selection (which samples, their content address),
// preference (those it left out, and pairs of the two), guard (what must not
// leave: heldout, undecided, secrets, and what was lifted), plan and order (rows,
// splits, cap), content, raw, trace and proxy (what a row can show), format (the
// columns), table (the configs), shard with parquet and zstd or jsonl (the file), manifest,
// card, croissant and dataset_info (what readers look for), stage (the directory
// that is published whole or not at all). Readers run ahead of who takes their values
// (ahead), and read once what rows have in common (frame, prompts). [Rows] reads an
// export back without a database. [Again] makes one again from its manifest (again, altered: what differs,
// today: what the selection answers now), and [Diff] compares two (diff, side), both
// with the reasons that why finds.
//
// It is the only door to Parquet. It writes the tables selection,
// selection_sample, export, shard and shard_row, through package schema. Two
// exports of one selection with the same options are the same bytes: nothing that
// is written depends on local ids, clocks, paths or the number of processors.
//
// It refuses tasks of the dev and test splits and training rows that are like them,
// samples that do not pass or are not decided, verdicts of the shared tier and
// secrets, unless each is allowed by name; samples without the prompt or the fix
// that the format shows, and text that is not UTF-8, always. It refuses to touch a
// directory that holds something else.
package export
