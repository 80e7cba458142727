# tries: to delete, rename, link, truncate and change the mode of files
# verdict: fail|error
# needs: seccomp readonly-root
import os
import shutil


def solve(x):
    worked = []
    target = os.__file__
    for attempt in (lambda: os.unlink(target), lambda: os.rename(target, target + "x"), lambda: os.link(target, "/x"), lambda: os.symlink("/", "/y"),
                    lambda: os.truncate(target, 0), lambda: os.chmod(target, 0o777), lambda: os.chown(target, 0, 0), lambda: os.utime(target, (0, 0)),
                    lambda: os.mkdir("/z"), lambda: os.mkfifo("/f"), lambda: os.mknod("/n"), lambda: os.setxattr(target, "user.x", b"x"),
                    lambda: os.rmdir("/lib"), lambda: open(target, "r+"), lambda: os.chroot("/lib"), lambda: os.sync() or os.remove("/")):
        try:
            attempt()
            worked.append(attempt)
        except OSError:
            continue
    shutil.rmtree("/", ignore_errors=True)
    if worked:
        os._exit(99)
    return worked
