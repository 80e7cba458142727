package verify

// first returns the call whose result a check needs first, as Python would
// compute it; -1 when it needs none.
func (c *Check) first() int {
	if c == nil {
		return -1
	}
	if c.Op == "call" {
		return c.Call
	}
	for _, arg := range c.Args {
		if call := arg.first(); call >= 0 {
			return call
		}
	}
	return -1
}
