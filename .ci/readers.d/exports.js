// Makes the exports that are read: twice each, as Parquet and as JSON Lines.

import { execFileSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const training = ['prompt-completion', 'messages', 'text', 'dpo', 'kto', 'proxy'];

/** makeExports makes every export under a folder, and says what each is called and where its two forms lie. */
export function makeExports(workbench, example, folder) {
  const run = (...args) => execFileSync(workbench, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const made = [];
  const make = (db, name, format, ...args) => {
    const forms = { parquet: join(folder, `${name}-${format}`), lines: join(folder, `${name}-${format}-lines`) };
    const both = ['export', '--db', db, '--format', format, ...args];
    run(...both, '--out', forms.parquet);
    run(...both, '--jsonl', '--out', forms.lines);
    made.push({ name, format, ...forms });
  };

  const demo = join(folder, 'demo.db');
  copyFileSync(example, demo);
  const kept = ['--select', 'passing-consistent', '-p', 'run=demo'];
  for (const format of training) {
    make(demo, 'plain', format, ...kept);
    make(demo, 'lineage', format, ...kept, '--lineage-columns', '--weight', '--shard-rows', '7', '--validation-share', '0.3');
    make(demo, 'config', format, ...kept, '--lineage-config', '--shard-rows', '9');
    make(demo, 'none', format, '--select', 'passing-consistent', '-p', 'run=none', '--lineage-columns');
  }
  make(demo, 'all', 'trace', '--select', 'all', '-p', 'run=demo', '--allow', 'not-passing', '--shard-rows', '5');

  const everything = ['--select', 'all', '--allow', 'not-passing,undecided'];
  const odd = join(folder, 'odd.db');
  ingest(odd, 'tasks', oddTasks());
  ingest(odd, 'samples', oddSamples());
  for (const format of ['prompt-completion', 'messages', 'text', 'kto', 'proxy']) {
    make(odd, 'odd', format, ...everything, '--lineage-columns', '--shard-rows', '5');
  }
  make(odd, 'odd', 'raw', ...everything);

  // Samples with claims and without, in one shard.
  ingest(demo, 'tasks', oddTasks());
  ingest(demo, 'samples', oddSamples());
  make(demo, 'all', 'raw', ...everything, '--shard-rows', '150', '--shuffle', '1');

  const large = join(folder, 'large.db');
  ingest(large, 'tasks', oddTasks());
  ingest(large, 'samples', largeSamples());
  make(large, 'large', 'messages', ...everything);
  return made;

  function ingest(db, kind, lines) {
    const path = join(folder, `${kind}.jsonl`);
    writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    run('ingest', kind, path, '--strict', '--db', db);
  }
}

const oddTexts = [
  '',
  ' \t ',
  'naïve – “quoted” \\ / "\'`',
  '🐍👩‍👩‍👧‍👦 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 e\u0301 é',
  'שלום 你好 こんにちは 한국어 ไทย',
  'line\nline\r\nline\rline\u2028line\u2029line\u0085line',
  '\u0001\u0008\u001b\u007f\u200b\ufeff\ufffd\uffff\u{10ffff}',
  'null',
  'NaN',
  '{"a": [1, null]}',
  'x'.repeat(70_000),
];

function oddTasks() {
  return oddTexts.map((text, i) => ({
    task_id: `odd/${i} ${text.slice(0, 8)}`,
    problem_id: `odd/${i}`,
    source: 'odd',
    split: 'train',
    instruction: `Repair it. ${text}`,
    entry_point: 'f',
    buggy: `def f(x):\n    return x - ${i}\n`,
    tests: [`assert f(${i}) == 2`],
  }));
}

/** oddSamples are two for each odd text. */
function oddSamples() {
  return oddTasks().flatMap(({ task_id }, i) => [
    { task_id, model: 'odd', index: 0, rationale: oddTexts[i], fix: `def f(x):\n    return ${i}\n`, prompt: `Repair it. ${oddTexts[i]}` },
    { task_id, model: `odd ${oddTexts[i].slice(0, 8)}`, index: 1, rationale: 'It is wrong.', fix: `def f(x):\n    return -${i}\n`, prompt: 'Repair it.', iteration: 0 },
  ]);
}

/** largeSamples have enough text for two row groups. */
function largeSamples() {
  const { task_id } = oddTasks()[0];
  const long = 'Zeile für Zeile 🐍 '.repeat(120_000);
  return Array.from({ length: 32 }, (_, index) => ({
    task_id, model: 'odd', index, rationale: `${index} ${long}`, fix: `def f(x):\n    return x + ${index}\n`, prompt: 'Repair it.',
  }));
}
