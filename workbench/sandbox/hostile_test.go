package sandbox

import (
	"runtime"
	"strings"
	"testing"
	"time"
)

// hostile programs define attack(), which returns the names of what worked.
// Those whose want is not Returned must end that way instead.
var hostile = []struct {
	name, attack string
	want         Ending
}{
	{"fork", "os.fork()", Raised},
	{"vfork by number", "worked(lambda: check(libc.syscall(58)))", Returned},
	{"clone by number", "worked(lambda: check(libc.syscall(56, 17, 0, 0, 0, 0)))", Returned},
	{"clone3 by number", "worked(lambda: check(libc.syscall(435, ctypes.create_string_buffer(88), 88)))", Returned},
	{"fork by the 32-bit gate", "worked(lambda: check(int80(2)))", Returned},
	{"fork by number", "worked(lambda: check(libc.syscall(57)))", Returned},
	{"calls by their x32 numbers", "worked(*[lambda n=n: check(libc.syscall(0x40000000 | n, 0, 0, 0)) for n in (39, 57, 520, 41)])", Returned},
	{"another filter", "worked(lambda: check(libc.syscall(317, 1, 0, ctypes.create_string_buffer(16))), lambda: check(libc.prctl(22, 2, ctypes.create_string_buffer(16))))", Returned},
	{"exec", "worked(lambda: os.execv('/bin/true', ['true']), lambda: os.execv(sys.executable, ['python']))", Returned},
	{"spawn", "worked(lambda: __import__('subprocess').run(['true']), lambda: check(os.system('true') == 0 or -1))", Returned},
	{"threads", "[__import__('threading').Thread(target=time.sleep, args=(100,)).start() for i in range(100000)]", Raised},
	{"kill everybody", "worked(lambda: os.kill(-1, 9), lambda: os.kill(1, 9), lambda: os.killpg(0, 9), lambda: os.kill(os.getppid(), 19))", Returned},
	{"stop the parent by number", "worked(lambda: check(libc.syscall(234, 1, 1, 9)), lambda: check(libc.syscall(200, 1, 9)), lambda: check(libc.syscall(424, 3, 9, 0, 0)))", Returned},
	{"signals to neighbours", "worked(*[lambda p=p: os.kill(p, 0) for p in range(1, 1000) if p != os.getpid()])", Returned},
	{"signals by queue", "worked(lambda: check(libc.syscall(129, 1, 9, ctypes.create_string_buffer(128))), lambda: check(libc.syscall(297, 1, 1, 9, ctypes.create_string_buffer(128))))", Returned},
	{"signals by descriptor", "worked(*[lambda c=c: fcntl.fcntl(3, c, os.getppid()) for c in (8, 10, 15)], *[lambda c=c: fcntl.ioctl(3, c, os.getppid().to_bytes(4, 'little')) for c in (0x8901, 0x8902)])", Returned},
	{"outlive the parent", "worked(*[lambda o=o, v=v: check(libc.prctl(o, v, 0, 0, 0)) for o, v in ((1, 0), (4, 1), (36, 1), (35, 1), (28, 0), (0x59616d61, -1))])", Returned},
	{"terminal", "worked(*[lambda c=c: fcntl.ioctl(0, c, b'x') for c in (0x5412, 0x541c, 0x540e)])", Returned},
	{"socket pairs of other families", "worked(*[lambda f=f: check(libc.socketpair(f, 1, 0, (ctypes.c_int * 2)())) for f in (2, 10, 16, 30, 38)])", Returned},
	{"messages to an address", "worked(*[lambda a=a: __import__('socket').socketpair(1, 2)[0].sendto(b'x', a) for a in ('/dev/log', b'\\0x')])", Returned},
	{"messages out of band", "worked(lambda: __import__('socket').socketpair()[0].send(b'x', 1), lambda: __import__('socket').socketpair()[0].sendmsg([b'x']))", Returned},
	{"network", "worked(*[lambda f=f: __import__('socket').socket(f) for f in (1, 2, 10, 16, 17)])", Returned},
	{"dns", "worked(lambda: __import__('socket').getaddrinfo('localhost.localdomain', 80))", Returned},
	{"read files", "worked(*[lambda p=p: open(p).read() for p in ('/etc/passwd', '/proc/self/mem', '/proc/1/environ', '/proc/self/maps', '/sys/kernel', '/root', '/home')])", Returned},
	{"list directories", "worked(lambda: os.listdir('/'), lambda: os.listdir('..'), lambda: os.listdir('/proc'))", Returned},
	{"write files", "worked(*[lambda p=p: open(p, 'w').write('x') for p in ('/x', '/tmp/x', os.__file__, '/dev/shm/x')], lambda: os.mkdir('/y'), lambda: os.symlink('/', '/z'))", Returned},
	{"change files", "worked(*[lambda c=c: fcntl.ioctl(open(os.__file__), c, bytes(128)) for c in (0x80086601, 0x40086602, 0x401c5820, 0x40806685, 0x40049409)])", Returned},
	{"lease files", "worked(lambda: fcntl.fcntl(open(os.__file__), 1024, 0), lambda: fcntl.fcntl(os.open('/', 0), 1026, 1))", Returned},
	{"empty files", "worked(*[lambda m=m: os.open(os.__file__, m) for m in (os.O_TRUNC, os.O_WRONLY, os.O_RDWR)], lambda: os.truncate(os.__file__, 0), lambda: os.chmod(os.__file__, 0), lambda: os.utime(os.__file__), lambda: os.unlink(os.__file__))", Returned},
	{"larger pipes", "worked(lambda: fcntl.fcntl(os.pipe()[0], 1031, 1 << 20))", Returned},
	{"memory files", "worked(lambda: os.write(os.memfd_create('x'), b'x'), lambda: check(libc.shmget(0, 1 << 30, 0o1777)), lambda: check(libc.syscall(29, 0, 1 << 20, 0o1777)))", Returned},
	{"mount", "worked(lambda: check(libc.mount(b'tmpfs', b'/', b'tmpfs', 0, None)), lambda: check(libc.umount2(b'/usr', 2)), lambda: check(libc.chroot(b'/')))", Returned},
	{"namespaces", "worked(lambda: check(libc.unshare(0x10000000)), lambda: check(libc.setns(0, 0)))", Returned},
	{"identity", "worked(lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.setresuid(0, 0, 0))", Returned},
	{"ptrace", "worked(lambda: check(libc.ptrace(16, 1, 0, 0)), lambda: check(libc.syscall(310, 1, 0, 0, 0, 0, 0)), lambda: check(libc.syscall(438, 0, 0, 0)))", Returned},
	{"kernel surface", "worked(*[lambda n=n: check(libc.syscall(n, 0, 0, 0, 0, 0)) for n in (321, 298, 323, 250, 248, 425, 246, 175, 165, 169, 279, 303)])", Returned},
	{"raise limits", "worked(*[lambda k=k: resource.setrlimit(k, (resource.RLIM_INFINITY,) * 2) for k in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE)])", Returned},
	{"limits of the parent", "worked(lambda: resource.prlimit(1, resource.RLIMIT_NOFILE, (0, 0)))", Returned},
	{"new executable memory in the zygote", "worked(lambda: open('/proc/1/mem', 'wb'))", Returned},
	{"descriptors", "[os.pipe() for i in range(100000)]", Raised},
	{"other descriptors", "[n for n in range(4, 200) if alive(n)]", Returned},
	{"environment", "[k for k in os.environ if k not in ('PYTHONHASHSEED', 'LC_ALL', 'TZ', 'HOME', 'PATH')]", Returned},
	{"output flood", "[sys.stdout.write('x' * (1 << 20)) for i in range(50)] and []", Returned},
	{"memory map", "__import__('mmap').mmap(-1, 4 << 30)", Raised},
	{"stack overflow", "sys.setrecursionlimit(10**9) or sink(0)", Crashed},
	{"compiler bomb", "compile('(' * 100000 + ')' * 100000, '', 'eval')", Raised},
	{"signals off", "__import__('signal').pthread_sigmask(0, range(1, 65)) == 0 or spin()", TimedOut},
	{"answer ahead", "os.write(3, bytes(12)) and []", Forged},
	{"steal the nonce", "forge()", Forged},
	{"no answer", "os.close(3) or spin()", Forged},
	{"exit hooks", "__import__('atexit').register(print) and os._exit(0)", Exited},
	{"harness in the frames", "[k for k in frames() if 'expect' in k or 'assert' in k]", Returned},
}

const armoury = `
import ctypes, fcntl, mmap, os, resource, sys, time
libc = ctypes.CDLL(None, use_errno=True)

def check(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), 'refused')

def worked(*attempts):
    done = []
    for i, attempt in enumerate(attempts):
        try:
            attempt()
        except (OSError, ValueError):
            continue
        done.append(i)
    return done

def alive(n):
    try:
        os.fstat(n)
        return True
    except OSError:
        return False

def sink(x):
    return max([x], key=sink)

def spin():
    while True:
        pass

def frames():
    names, frame = [], sys._getframe()
    while frame is not None:
        names += list(frame.f_locals) + list(frame.f_globals)
        frame = frame.f_back
    return names

def forge():
    frame = sys._getframe()
    while not hasattr(frame.f_locals.get('line'), 'send'):
        frame = frame.f_back
    line = frame.f_locals['line']
    line.send((0, b'pT', b'', '', '', '', 0, 0, b'', b'', False, 0))
    spin()

def int80(number):
    """System call through the 32-bit gate: mov eax, n; int 0x80; cdqe; ret."""
    code = b'\x53\xb8' + number.to_bytes(4, 'little') + b'\xcd\x80\x48\x98\x5b\xc3'
    page = mmap.mmap(-1, 4096, prot=7)
    page.write(code)
    return ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
`

// TestHostile runs only where a PID namespace and a filter hold: elsewhere some
// of these would reach the machine that runs the tests.
func TestHostile(t *testing.T) {
	p := open(t, Options{Workers: 2, Limits: Limits{CPU: 800 * time.Millisecond, Wall: time.Minute, Memory: 256 << 20}})
	if p.Isolation().Level != Full {
		t.Skipf("isolation is only %+v", p.Isolation())
	}
	attack(t, p)
}

// attack runs every hostile program beside a harmless one.
func attack(t *testing.T, p *Pool) {
	t.Helper()
	neighbour := load(t, p, "def f(): return 'well'")
	for _, test := range hostile {
		t.Run(test.name, func(t *testing.T) {
			if runtime.GOARCH != "amd64" && (strings.Contains(test.attack, "syscall(") || strings.Contains(test.attack, "int80")) {
				t.Skip("its system call numbers are those of amd64")
			}
			c := load(t, p, armoury+"\ndef attack():\n    return "+test.attack+"\n")
			r, err := c.Call(t.Context(), "attack()")
			if err != nil {
				t.Fatal(err)
			}
			// A forged answer is noticed when the true one, or none, follows.
			if test.name == "steal the nonce" {
				if r.Ending != Returned || r.Result.Kind != Bool {
					t.Fatalf("%+v", r)
				}
				return
			}
			if test.want == Crashed && r.Ending == Raised {
				return // Python 3.12 and later count the recursion of C as well
			}
			if r.Ending != test.want || r.Ending == Returned && len(r.Result.Items) > 0 {
				t.Errorf("%v, want %v: %+v", r.Ending, test.want, r)
				if r.Result != nil {
					for _, item := range r.Result.Items {
						t.Errorf("worked: %v%v", item.Int, item.Text)
					}
				}
			}
			if _, err := c.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	if r, err := neighbour.Call(t.Context(), "f()"); err != nil || r.Ending != Returned || r.Result.Text != "well" {
		t.Errorf("the neighbour: %+v, %v", r, err)
	}
}

// awaitBytes waits until something has come that no request asked for.
func awaitBytes(c *Candidate) {
	for !c.chatty() {
		time.Sleep(time.Millisecond)
	}
}

// TestForgedAnswer: a program that answers for the runner has said its value
// and is found out as soon as the true answer arrives.
func TestForgedAnswer(t *testing.T) {
	p := open(t, Options{})
	c := load(t, p, armoury+"\ndef spin(): pass\n")
	if r, err := c.Call(t.Context(), "forge()"); err != nil || r.Ending != Returned {
		t.Fatalf("%+v, %v", r, err)
	}
	awaitBytes(c)
	if r, err := c.Call(t.Context(), "1"); err != nil || r.Ending != Forged {
		t.Errorf("%+v, %v", r, err)
	}
	c.Close()
	c = load(t, p, armoury+"\ndef spin(): pass\n")
	if _, err := c.Call(t.Context(), "forge()"); err != nil {
		t.Fatal(err)
	}
	awaitBytes(c)
	if u, err := c.Close(); err != nil || !u.Forged {
		t.Errorf("%+v, %v", u, err)
	}
}
