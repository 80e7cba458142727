"""Shuts the zygote in, and each child a little further.

Everything that can be done once is done to the zygote and inherited by fork:
the private root, the identity, the limits, Landlock and the large system call
filter. A child adds only what must not bind the zygote: its CPU limit and a
small filter that takes away fork and signals to anyone but itself.
"""

import errno
import functools
import os
import resource
import sys

try:
    import ctypes
except ImportError:
    ctypes = None

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = (
    1, 2, 4, 8, 32, 4096, 16384, 1 << 18)
MNT_DETACH = 2
AT_FDCWD, AT_RECURSIVE = -100, 0x8000
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = (
    1, 4, 22, 24, 38)
SIGKILL = 9
LANDLOCK_READ = (1 << 2) | (1 << 3)


class Prison:
    """What a worker's processes are shut in by; features names what holds."""

    def __init__(self, config):
        self.config = config
        self.features = []
        self.notes = []
        self.alone = bool(config["namespaces"]) and os.getpid() == 1
        self.swept = False
        self.child_filter = self.code = None
        self.own_pid = []  # where the child's filter compares with its own pid, in words
        self.numbers = config["numbers"]
        self.libc = None
        if ctypes is not None and sys.platform == "linux":
            self.libc = ctypes.CDLL(None, use_errno=True)
            self.libc.syscall.restype = ctypes.c_long
        elif sys.platform == "linux":
            self.notes.append("ctypes: this Python has none: no private root, no Landlock, no system call filter")

    # -- once, in the zygote ------------------------------------------------

    def build(self):
        """Makes the private root. Comes first: it needs the capabilities."""
        if self.alone:
            self.features.append("namespaces")
        if self.alone and self.libc is not None and self.config["root"]:
            self.attempt("readonly-root", self.make_root)
            os.chdir("/")
        if self.config.get("wrapped"):
            self.features.append("sandbox-exec")

    def lock(self):
        """Gives everything up that serving does not need. Comes last."""
        config = self.config
        if config["user"]:
            self.attempt("identity", self.become)
        if self.libc is not None:
            self.attempt("capabilities", self.drop_capabilities)
            self.attempt("no-new-privs", lambda: self.prctl(PR_SET_NO_NEW_PRIVS, 1))
            self.prctl(PR_SET_DUMPABLE, 0)
            self.prctl(PR_SET_PDEATHSIG, SIGKILL)
        self.attempt("rlimits", self.limit)
        if self.libc is not None and config["landlock"]:
            self.attempt("landlock", self.landlock)
        if self.libc is not None and config["filter"]:
            self.attempt("seccomp", self.filter)
        if "seccomp" in self.features:
            self.prepare_child_filter()
        self.swept = self.alone and "seccomp" not in self.features

    def attempt(self, feature, action):
        try:
            action()
        except (OSError, ValueError) as error:
            self.notes.append("%s: %s" % (feature, error))
        else:
            self.features.append(feature)

    def call(self, name, *arguments):
        """A system call by its name; raises OSError as os functions do."""
        return self.checked(name, self.libc.syscall(
            ctypes.c_long(self.numbers[name]), *map(self.word, arguments)))

    def prctl(self, *arguments):
        words = list(map(self.word, arguments)) + [ctypes.c_long(0)] * (5 - len(arguments))
        return self.checked("prctl", self.libc.prctl(*words))

    def mount(self, source, target, kind, flags, data=None):
        encode = lambda text: None if text is None else os.fsencode(text)
        self.checked("mount %s" % target, self.libc.mount(
            encode(source), encode(target), encode(kind), ctypes.c_ulong(flags), encode(data)))

    def checked(self, what, result):
        if result < 0:
            number = ctypes.get_errno()
            raise OSError(number, "%s: %s" % (what, os.strerror(number)))
        return result

    @staticmethod
    def word(value):
        if isinstance(value, int):
            return ctypes.c_long(value)
        return value

    def readable(self):
        """The directories a program needs to import the standard library."""
        roots = [os.path.dirname(os.__file__), "/lib", "/lib64", "/usr/lib", "/usr/lib64"]
        roots += [entry for entry in sys.path if os.path.isabs(entry)]
        roots += [os.path.join(sys.base_prefix, "lib"), os.path.join(sys.base_exec_prefix, "lib")]
        return sorted({root for root in roots if os.path.isdir(root)}, key=len)

    def make_root(self):
        self.mount(None, "/", None, MS_REC | MS_PRIVATE)
        cover = next(path for path in ("/sys", "/proc", "/dev", "/tmp") if os.path.isdir(path))
        self.mount("tmpfs", cover, "tmpfs", MS_NOSUID | MS_NODEV, "size=256k,mode=755")
        for root in self.readable():
            self.show(root, cover)
        os.chdir(cover)
        self.call("pivot_root", ctypes.c_char_p(b"."), ctypes.c_char_p(b"."))
        self.checked("umount", self.libc.umount2(b".", MNT_DETACH))
        os.chdir("/")
        self.mount(None, "/", None, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV)

    def show(self, root, cover):
        """Makes one directory of the old root visible in the new one."""
        target = cover + root
        if os.path.islink(root):
            os.makedirs(os.path.dirname(target), exist_ok=True)
            if not os.path.lexists(target):
                os.symlink(os.readlink(root), target)
            return
        os.makedirs(target, exist_ok=True)
        if os.path.exists(os.path.join(target, ".")) and os.listdir(target):
            return  # inside a directory that is shown already
        self.mount(root, target, None, MS_BIND | MS_REC)
        self.make_readonly(root, target)

    def make_readonly(self, root, target):
        attributes = (ctypes.c_uint64 * 4)(MS_RDONLY | MS_NOSUID | MS_NODEV, 0, 0, 0)
        try:
            self.call("mount_setattr", AT_FDCWD, ctypes.c_char_p(os.fsencode(target)),
                      AT_RECURSIVE, attributes, ctypes.sizeof(attributes))
        except OSError:
            kept = os.statvfs(root).f_flag & (MS_NOSUID | MS_NODEV | MS_NOEXEC)
            self.mount(None, target, None, MS_REMOUNT | MS_BIND | MS_RDONLY | kept)

    def become(self):
        """Takes a user of its own, who owns nothing."""
        user = self.config["user"]
        if not self.reads_as(user):
            raise OSError(errno.EACCES, "the standard library is not readable for other users")
        if self.libc is not None:
            self.empty_bounding_set()  # while that is still allowed
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)

    def empty_bounding_set(self):
        """So that no file gives any back; not allowed to ordinary users, who need it less."""
        for capability in range(64):
            try:
                self.prctl(PR_CAPBSET_DROP, capability)
            except OSError:
                return

    def drop_capabilities(self):
        self.empty_bounding_set()
        header = (ctypes.c_uint32 * 2)(0x20080522, 0)
        nothing = (ctypes.c_uint32 * 6)()
        self.call("capset", header, nothing)

    def reads_as(self, user):
        """Whether the standard library could still be imported as that user."""
        groups = os.getgroups()
        os.setgroups([])
        os.setegid(user)
        os.seteuid(user)
        try:
            return os.access(os.__file__, os.R_OK, effective_ids=True)
        finally:
            os.seteuid(0)
            os.setegid(0)
            os.setgroups(groups)

    def limit(self):
        config = self.config
        # A child starts its CPU clock at zero and inherits the limit.
        table = [("RLIMIT_CORE", 0), ("RLIMIT_CPU", config["cpu"]), ("RLIMIT_FSIZE", 0), ("RLIMIT_NOFILE", 64),
                 ("RLIMIT_STACK", 64 << 20), ("RLIMIT_MEMLOCK", 0), ("RLIMIT_MSGQUEUE", 0),
                 ("RLIMIT_SIGPENDING", 64),
                 ("RLIMIT_AS", config["memory"])]
        if config["processes"]:
            table.append(("RLIMIT_NPROC", config["processes"]))
        for name, value in table:
            kind = getattr(resource, name, None)
            if kind is None:
                continue
            if name == "RLIMIT_AS" and sys.platform == "darwin":
                self.notes.append("rlimits: this system does not limit memory")
                continue
            _, most = resource.getrlimit(kind)
            if most != resource.RLIM_INFINITY:
                value = min(value, most)
            resource.setrlimit(kind, (value, value))

    def landlock(self):
        """Denies the file system but for reading the standard library, and the network."""
        version = self.call("landlock_create_ruleset", None, 0, 1)
        rights = (1 << {1: 13, 2: 14, 3: 15, 4: 15}.get(version, 16)) - 1
        attributes = (ctypes.c_uint64 * 3)(rights, 3 if version >= 4 else 0, 3 if version >= 6 else 0)
        size = 24 if version >= 6 else 16 if version >= 4 else 8
        ruleset = self.call("landlock_create_ruleset", attributes, size, 0)
        for root in self.readable():
            descriptor = os.open(root, os.O_PATH | os.O_CLOEXEC)
            rule = (ctypes.c_uint32 * 3)(LANDLOCK_READ, 0, descriptor)  # packed: u64, then i32
            self.call("landlock_add_rule", ruleset, 1, rule, 0)
            os.close(descriptor)
        self.call("landlock_restrict_self", ruleset, 0)
        os.close(ruleset)

    def program(self, text):
        """A sock_fprog and the instructions it points to."""
        code = ctypes.create_string_buffer(bytes.fromhex(text), len(text) // 2)
        head = (ctypes.c_uint64 * 2)(len(code) // 8, ctypes.addressof(code))
        return head, code

    def filter(self):
        if "readonly-root" not in self.features and "landlock" not in self.features:
            self.install(self.program(self.config["files_filter"]))
        self.install(self.program(self.config["filter"]))

    def install(self, program):
        self.prctl(PR_SET_SECCOMP, 2, program[0])

    def prepare_child_filter(self):
        self.child_filter = self.program(self.config["child_filter"])
        head, code = self.child_filter
        mark = self.config["own_pid"].to_bytes(4, "little")
        self.code = memoryview(code).cast("B").cast("I")
        self.own_pid = [at // 4 + 1 for at in range(0, len(code), 8) if code.raw[at + 4:at + 8] == mark]
        words = map(ctypes.c_ulong, (PR_SET_SECCOMP, 2, ctypes.addressof(head), 0, 0))
        self.install_child_filter = functools.partial(self.libc.prctl, *words)

    # -- in every child, and after it -----------------------------------------

    def lock_child(self):
        if sys.platform == "darwin":
            resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))  # counts processes there, not threads
        if self.libc is None:
            return
        if not self.alone:
            self.libc.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
        if self.own_pid:
            code, own = self.code, os.getpid()
            for at in self.own_pid:
                code[at] = own
            if self.install_child_filter() != 0:
                os._exit(71)

    def sweep(self):
        """Where fork could not be denied, ends whatever a child left behind."""
        try:
            os.kill(-1, SIGKILL)
            while True:
                os.waitpid(-1, 0)
        except OSError:
            return
