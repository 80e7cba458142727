package export

import (
	"context"

	"nextworkbench/schema"
)

// prompts are the prompts that rows share: each is read once while its rows go by.
type prompts struct {
	db    *schema.DB
	known map[int64]promptText
}

type promptText struct{ sha, system, user, shown string }

// rememberedPrompts bounds how many prompts are remembered; rows of one lie together,
// unless they are shuffled.
const rememberedPrompts = 1 << 12

// show puts a prompt into a row.
func (p *prompts) show(ctx context.Context, id int64, c *content) error {
	text, known := p.known[id]
	if !known {
		err := p.db.QueryRow(ctx, `SELECT sha256, system, user FROM prompt WHERE id = ?`, id).Scan(&text.sha, &text.system, &text.user)
		if err != nil {
			return err
		}
		text.shown = content{system: text.system, user: text.user}.prompt()
		if len(p.known) >= rememberedPrompts {
			clear(p.known)
		}
		p.known[id] = text
	}
	c.promptSHA, c.system, c.user, c.shown = text.sha, text.system, text.user, text.shown
	return nil
}
