package sandbox

import (
	"encoding/binary"
	"encoding/hex"
	"runtime"
	"slices"
	"testing"

	"github.com/elastic/go-seccomp-bpf/arch"
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// judge runs a filter of ours as the kernel would.
type judge struct {
	t    *testing.T
	info *arch.Info
	vm   *bpf.VM
}

func newJudge(t *testing.T, code string) judge {
	t.Helper()
	raw, err := hex.DecodeString(code)
	if err != nil {
		t.Fatal(err)
	}
	var program []bpf.Instruction
	for ; len(raw) > 0; raw = raw[8:] {
		in := bpf.RawInstruction{Op: binary.NativeEndian.Uint16(raw), Jt: raw[2], Jf: raw[3], K: binary.NativeEndian.Uint32(raw[4:])}
		program = append(program, in.Disassemble())
	}
	vm, err := bpf.NewVM(program)
	if err != nil {
		t.Fatal(err)
	}
	info, err := arch.GetInfo(runtime.GOARCH)
	if err != nil {
		t.Fatal(err)
	}
	return judge{t, info, vm}
}

// ask gives the errno that a call is refused with, 0 when it is allowed.
func (j judge) ask(machine, number uint32, arguments ...uint64) unix.Errno {
	j.t.Helper()
	data := make([]byte, 64) // the virtual machine reads the bytes of a network
	binary.BigEndian.PutUint32(data[numberAt:], number)
	binary.BigEndian.PutUint32(data[archAt:], machine)
	for i, a := range arguments {
		binary.BigEndian.PutUint32(data[argumentAt+8*i:], uint32(a))
		binary.BigEndian.PutUint32(data[argumentAt+8*i+4:], uint32(a>>32))
	}
	result, err := j.vm.Run(data)
	if err != nil {
		j.t.Fatal(err)
	}
	switch uint32(result) & unix.SECCOMP_RET_ACTION_FULL {
	case unix.SECCOMP_RET_ALLOW:
		return 0
	case unix.SECCOMP_RET_ERRNO:
		return unix.Errno(result & unix.SECCOMP_RET_DATA)
	}
	j.t.Fatalf("call %d: action %#x", number, result)
	return 0
}

// TestFilterIsItsTables holds the assembled filters against permitted and the
// rules, for every call that there is.
func TestFilterIsItsTables(t *testing.T) {
	f, err := assemble()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name    string
		judge   judge
		rules   []rule
		allowed func(string) bool
	}{
		{"zygote", newJudge(t, f.zygote), everywhere, func(name string) bool { return slices.Contains(permitted, name) }},
		{"files", newJudge(t, f.files), inOpenFiles, func(string) bool { return true }},
		{"child", newJudge(t, f.child), inChildren, func(string) bool { return true }},
	} {
		j := test.judge
		for number, name := range j.info.SyscallNumbers {
			rules := slices.DeleteFunc(slices.Clone(test.rules), func(r rule) bool { return r.call != name })
			obedient, want := make([]uint64, 6), unix.EPERM
			if name == "clone3" && test.name == "zygote" {
				want = unix.ENOSYS
			} else if test.allowed(name) {
				want = 0
			}
			for _, r := range rules {
				obedient[r.argument] = uint64(r.must)
				if r.only != nil {
					obedient[r.argument] = uint64(r.only[len(r.only)-1])
				}
				if r.only == nil && r.must == 0 && r.mustNot == 0 {
					want = unix.EPERM
				}
			}
			if got := j.ask(uint32(j.info.ID), uint32(number), obedient...); got != want {
				t.Errorf("%s: %s%v: %v, want %v", test.name, name, obedient, got, want)
			}
			for _, r := range rules {
				for _, wrong := range r.broken() {
					arguments := slices.Clone(obedient)
					arguments[r.argument] = wrong
					if got := j.ask(uint32(j.info.ID), uint32(number), arguments...); got != unix.EPERM {
						t.Errorf("%s: %s%v: %v", test.name, name, arguments, got)
					}
				}
			}
			if got := j.ask(uint32(j.info.ID)^1, uint32(number), obedient...); got != unix.EPERM {
				t.Errorf("%s: %s of another processor: %v", test.name, name, got)
			}
			if got := j.ask(uint32(j.info.ID), uint32(number)|0x40000000, obedient...); got == 0 && test.name == "zygote" {
				t.Errorf("%s: %s by its x32 number is allowed", test.name, name)
			}
		}
	}
}

// broken lists arguments that the rule refuses.
func (r rule) broken() []uint64 {
	if r.must != 0 {
		return []uint64{0, uint64(r.must) << 32, ^uint64(r.must)}
	}
	var wrong []uint64
	for bit := range 32 {
		if r.mustNot>>bit&1 == 1 {
			wrong = append(wrong, 1<<bit)
		}
	}
	if r.mustNot != 0 {
		return append(wrong, ^uint64(0))
	}
	for _, value := range append([]uint32{0, 1, 2, 3, 157, 0xffffffff}, r.only...) {
		wrong = append(wrong, uint64(value)|1<<32)
		if !slices.Contains(r.only, value) {
			wrong = append(wrong, uint64(value))
		}
	}
	return wrong
}
