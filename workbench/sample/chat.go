package sample

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
)

// chatPath is the one endpoint that is asked, live and in batches.
const chatPath = "/v1/chat/completions"

// chatBody is the body of a request for n completions, the first of which has
// the given index.
func chatBody(r Request, model string, index, n int) ([]byte, error) {
	messages := []map[string]string{{"role": "user", "content": r.User}}
	if r.System != "" {
		messages = append([]map[string]string{{"role": "system", "content": r.System}}, messages...)
	}
	body := map[string]any{"model": model, "messages": messages, "temperature": r.Parameters.Temperature, "top_p": r.Parameters.TopP,
		"max_tokens": r.Parameters.MaxTokens, "seed": r.Parameters.Seed + int64(index), "n": n}
	if len(r.Parameters.Stop) > 0 {
		body["stop"] = r.Parameters.Stop
	}
	maps.Copy(body, r.Parameters.Extra)
	maps.DeleteFunc(body, func(_ string, value any) bool { return value == nil })
	return json.Marshal(body)
}

type chatChoice struct {
	Index        *int   `json:"index"`
	FinishReason string `json:"finish_reason"`
	Message      *struct {
		Content          *string `json:"content"`
		ReasoningContent string  `json:"reasoning_content"`
		Reasoning        string  `json:"reasoning"`
		Refusal          string  `json:"refusal"`
	} `json:"message"`
}

// completions reads the body of an answer. Choice i becomes the completion
// first + i; choices beyond n are ignored.
func completions(body []byte, first, n int) ([]Completion, error) {
	var answer struct {
		Choices []json.RawMessage `json:"choices"`
		Usage   struct {
			PromptTokens     int `json:"prompt_tokens"`
			CompletionTokens int `json:"completion_tokens"`
		} `json:"usage"`
		Error json.RawMessage `json:"error"`
	}
	var envelope map[string]json.RawMessage
	if err := errors.Join(json.Unmarshal(body, &answer), json.Unmarshal(body, &envelope)); err != nil {
		return nil, fmt.Errorf("answer is not a chat completion: %w", err)
	}
	if len(answer.Choices) == 0 {
		return nil, fmt.Errorf("answer has no choices: %s", excerpt(body))
	}
	var all []Completion
	seen := map[int]bool{}
	for i, raw := range answer.Choices {
		c, err := completion(raw, i)
		if err != nil {
			return nil, err
		}
		if c.Index < 0 || c.Index >= n || seen[c.Index] {
			continue
		}
		seen[c.Index] = true
		envelope["choices"] = append(append(json.RawMessage{'['}, raw...), ']')
		response, err := json.Marshal(envelope)
		if err != nil {
			return nil, err
		}
		c.Index, c.Response, c.InputTokens = first+c.Index, string(response), answer.Usage.PromptTokens
		if len(answer.Choices) == 1 {
			c.OutputTokens = answer.Usage.CompletionTokens
		}
		all = append(all, c)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("answer has no choice from 0 to %d: %s", n-1, excerpt(body))
	}
	return all, nil
}

// completion reads one choice. What a server sets apart as reasoning stands
// before the text, as the model wrote it.
func completion(raw json.RawMessage, position int) (Completion, error) {
	var choice chatChoice
	if err := json.Unmarshal(raw, &choice); err != nil {
		return Completion{}, fmt.Errorf("choice %d: %w", position, err)
	}
	if choice.Message == nil {
		return Completion{}, fmt.Errorf("choice %d has no message", position)
	}
	c := Completion{Index: position, Finish: choice.FinishReason, Text: choice.Message.Refusal}
	if choice.Index != nil {
		c.Index = *choice.Index
	}
	if choice.Message.Content != nil {
		c.Text = *choice.Message.Content
	}
	if thought := choice.Message.ReasoningContent + choice.Message.Reasoning; thought != "" {
		c.Text = "<think>\n" + thought + "\n</think>\n" + c.Text
	}
	return c, nil
}

// excerpt is the start of a body, for a message.
func excerpt(body []byte) string {
	const limit = 300
	if len(body) > limit {
		return fmt.Sprintf("%q…", body[:limit])
	}
	return fmt.Sprintf("%q", body)
}
