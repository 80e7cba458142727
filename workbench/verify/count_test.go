package verify

import (
	"runtime"
	"testing"
	"time"

	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
)

// TestEventsDecide gives programs a time in which nothing can be told, as on a
// machine that is very slow: what they get is by their events and their memory.
func TestEventsDecide(t *testing.T) {
	v := openVerifier(t, 2, sandbox.Limits{CPU: time.Millisecond, Wall: time.Minute, Events: 200_000, Memory: 256 << 20})
	for _, test := range []struct {
		name, program string
		want          schema.Verdict
		detail        string
	}{
		{"slow", "def f(n):\n    total = 0\n    for i in range(n):\n        total += i % 3\n    return total\n", schema.Pass, ""},
		{"slow and wrong", "def f(n):\n    for i in range(n):\n        pass\n    return -1\n", schema.Fail, "returned -1, expected 19999"},
		{"slow and raising", "def f(n):\n    for i in range(n):\n        pass\n    return {}[n]\n", schema.Error, "raised KeyError: 20000 at line 4"},
		{"slow to load", "table = [i % 3 for i in range(20000)]\ndef f(n):\n    return sum(table[:n])\n", schema.Pass, ""},
		{"endless", "def f(n):\n    while True:\n        n += 1\n", schema.Timeout, "no end after 200000 events"},
		{"endless on one line", "def f(n):\n    while n: pass\n", schema.Timeout, "no end after 200000 events"},
		{"endless without a line", "def f(n):\n    while True: pass\n", schema.Timeout, "no end after 200000 events"},
		{"endless to load", "while True:\n    pass\n", schema.Timeout, "no end after 200000 events"},
		{"endless and catching", "def f(n):\n    while True:\n        try:\n            {}[n]\n        except BaseException:\n            pass\n",
			schema.Timeout, "no end after 200000 events"},
		{"doubling", "def f(n):\n    kept = [n]\n    while True:\n        kept = kept + kept\n", schema.Memory, "ran out of memory"},
		{"growing slowly", "def f(n):\n    kept = []\n    while True:\n        kept.append(n)\n", schema.Timeout, "no end after 200000 events"},
		{"a large result", "def f(n):\n    return list(range(n)) * 20\n", schema.Fail, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			task := Task{EntryPoint: "f", Tests: []string{"assert f(20000) == 19999"}}
			outcomes, err := v.Judge(t.Context(), test.program, task, true)
			if err != nil {
				t.Fatal(err)
			}
			if got := outcomes[0]; got.Verdict != test.want || test.detail != "" && got.Detail != test.detail {
				t.Errorf("%s (%s), want %s (%s)", got.Verdict, got.Detail, test.want, test.detail)
			}
		})
	}
}

// TestWaitingEnds ends a program that waits, however little it computes, and the
// one after it is judged as if nothing had been.
func TestWaitingEnds(t *testing.T) {
	v := openVerifier(t, 1, sandbox.Limits{Wall: time.Second})
	program := "import time\ndef f(n):\n    while n:\n        time.sleep(0.01)\n    return 1\n"
	outcomes, err := v.Judge(t.Context(), program, Task{EntryPoint: "f", Tests: []string{"assert f(1) == 1", "assert f(0) == 1"}}, true)
	if err != nil {
		t.Fatal(err)
	}
	if outcomes[0].Verdict != schema.Timeout || outcomes[0].Detail != "no end after waiting 1s" || outcomes[1].Verdict != schema.Pass {
		t.Errorf("got %+v", outcomes)
	}
}

// TestIdleInEveryWay ends programs that wait without a main thread, or stopped.
func TestIdleInEveryWay(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the call that ends one thread is that of Linux")
	}
	v := openVerifier(t, 2, sandbox.Limits{Wall: 500 * time.Millisecond})
	for name, program := range map[string]string{
		"no main thread": "import ctypes, threading, time\ndef f(n):\n    threading.Thread(target=time.sleep, args=(1000,)).start()\n" +
			"    ctypes.CDLL(None).syscall(60 if __import__('platform').machine() == 'x86_64' else 93, 0)\n",
		"stopped":                        "import os, signal\ndef f(n):\n    os.kill(os.getpid(), signal.SIGSTOP)\n",
		"under a name that says it runs": "import ctypes, time\ndef f(n):\n    ctypes.CDLL(None).prctl(15, b'a) R 1', 0, 0, 0)\n    time.sleep(1000)\n",
		"asleep":                         "import time\ndef f(n):\n    time.sleep(1000)\n",
	} {
		outcomes, err := v.Judge(t.Context(), program, Task{EntryPoint: "f", Tests: []string{"assert f(1) == 1"}}, true)
		if err != nil {
			t.Fatal(err)
		}
		if got := outcomes[0].Verdict; got != schema.Timeout {
			t.Errorf("%s: %s (%s)", name, got, outcomes[0].Detail)
		}
	}
}
