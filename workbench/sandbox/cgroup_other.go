//go:build !linux

package sandbox

import "os"

// groups and group: only Linux has cgroups.
type (
	groups struct{}
	group  struct{}
)

func (g *group) holds(int) (controllers, notes []string) { return nil, nil }
func (g *group) end()                                    {}

// spawn starts the zygote.
func (w *worker) spawn(z *zygote, control *os.File) error {
	z.cmd = w.command(control, z.null, z.stderr)
	return z.cmd.Start()
}
