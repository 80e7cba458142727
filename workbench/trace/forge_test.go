package trace

import (
	"strings"
	"testing"
)

// TestForging records programs that reach for their own recording: each is told of,
// or was of no effect, so that the trace has all of it.
func TestForging(t *testing.T) {
	tests := []struct{ name, before, evil string }{
		{"switch off", "import sys", "sys.settrace(None)"},
		{"switch off and on", "import sys", "old = sys.gettrace(); sys.settrace(None); hidden = 1; sys.settrace(old)"},
		{"profile", "import sys", "sys.setprofile(None)"},
		{"own frame", "import sys", "sys._getframe().f_trace = None"},
		{"frame by inspect", "import inspect", "inspect.currentframe().f_trace = None"},
		{"frame by a name made up", "import sys", "setattr(getattr(sys, '_get' + 'frame')(), 'f_' + 'trace', None)"},
		{"frames of threads", "import sys", "list(sys._current_frames().values())[0].f_trace_lines = False"},
		{"frame by traceback", "", "frames = []\n    try:\n        1 / 0\n    except ZeroDivisionError as e:\n        frames.append(e.__traceback__.tb_frame.f_back)"},
		{"frame by generator", "def g():\n    yield 1", "it = g(); it.gi_frame.f_trace = None"},
		{"all objects", "import gc", "[o for o in gc.get_objects() if type(o).__name__ == 'Recorder'][0].events.clear()"},
		{"referrers", "import gc", "gc.get_referrers(f)"},
		{"tool", "import sys", "getattr(sys, 'monitoring', None) and sys.monitoring.free_tool_id(4)"},
		{"tool by module", "import sys", "m = sys.modules.get('sys.monitoring'); m and m.set_events(4, 0)"},
		{"tool by import", "", "try:\n        import sys.monitoring\n        sys.monitoring.free_tool_id(4)\n    except ImportError:\n        pass"},
		{"memory", "", "try:\n        import ctypes\n    except ImportError:\n        import gc; gc.get_objects()"},
		{"code of another file", "def h():\n    return 2", "h.__code__ = h.__code__.replace(co_filename='other'); h()"},
		{"thread", "import _thread, time", "_thread.start_new_thread(f, (1, False)); time.sleep(0.05)"},
	}
	for _, python := range interpreters(t) {
		d := drive(t, python)
		for _, test := range tests {
			t.Run(d.python+"/"+test.name, func(t *testing.T) {
				source := test.before + "\ndef f(n, again=True):\n    a = n\n    if not again:\n        return\n    " + test.evil + "\n    b = a + 1\n    return b\n"
				report := Decode([]byte(d.run(t, drivenJob{Source: source, Calls: []string{"f(1)"}}).Report), lineCount(source))
				if report.Touched != "" || report.Cut != "" {
					return
				}
				if all := strings.Join(shapes(report.Events), "\n"); !strings.Contains(all, "{b 2 false}") || !strings.Contains(all, "{__return__ 2 false}") {
					t.Errorf("not told of, and not whole:\n%s", Table(Source{}, report.Events))
				}
			})
		}
	}
}

// TestHonest records programs that use what a forger would use, and are not told of.
func TestHonest(t *testing.T) {
	for _, python := range interpreters(t) {
		d := drive(t, python)
		for _, source := range []string{
			"from collections import namedtuple\ndef f():\n    P = namedtuple('P', 'x y')\n    return P(1, 2)\n",
			"import dataclasses\ndef f():\n    @dataclasses.dataclass\n    class P:\n        x: int\n    return P(1).x\n",
			"import enum, typing, logging, functools\ndef f():\n    E = enum.Enum('E', 'A B')\n    return id(E) and len(E)\n",
			"import contextlib, gc\ndef f():\n    with contextlib.suppress(ValueError):\n        int('x')\n    gc.collect()\n    return eval('1 + 1')\n",
			"def f():\n    try:\n        1 / 0\n    except ZeroDivisionError as e:\n        return str(e.__traceback__.tb_lineno)\n",
		} {
			report := Decode([]byte(d.run(t, drivenJob{Source: source, Calls: []string{"f()"}}).Report), lineCount(source))
			if report.Touched != "" || report.Cut != "" {
				t.Errorf("%s: touched %q, cut %q:\n%s", d.python, report.Touched, report.Cut, source)
			}
		}
	}
}
