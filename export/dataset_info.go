package export

// datasetInfo is dataset_info.json, by which LLaMA-Factory finds the data: one
// entry for each split that is one file, or for the folder when it is all one
// split. A split of many files beside others has no name there, and a format for
// analysis no entry.
func datasetInfo(m Manifest) ([]byte, error) {
	all := map[string]any{}
	sizes := m.splitSizes()
	for _, s := range sizes {
		entry := llamaFactory(m.Options.Format)
		if entry == nil {
			break
		}
		switch {
		case len(s.shards) == 1:
			entry["file_name"] = s.shards[0]
		case len(sizes) == 1:
			entry["file_name"] = dataFolder
		default:
			continue
		}
		all[m.Selection.Name+"-"+s.name] = entry
	}
	text, err := canonicalJSON(all)
	if err != nil {
		return nil, err
	}
	return indented(text)
}

// llamaFactory is how LLaMA-Factory reads a format; nil where it cannot train on it.
func llamaFactory(format string) map[string]any {
	switch format {
	case "messages":
		return map[string]any{
			"formatting": "sharegpt",
			"columns":    map[string]string{"messages": "messages"},
			"tags": map[string]string{"role_tag": "role", "content_tag": "content",
				"system_tag": "system", "user_tag": "user", "assistant_tag": "assistant"},
		}
	case "text":
		return map[string]any{"columns": map[string]string{"prompt": "text"}}
	case "dpo":
		return map[string]any{"ranking": true, "columns": map[string]string{"prompt": "prompt", "chosen": "chosen", "rejected": "rejected"}}
	case "kto":
		return map[string]any{"columns": map[string]string{"prompt": "prompt", "response": "completion", "kto_tag": "label"}}
	case "raw", "trace":
		return nil
	default:
		return map[string]any{"columns": map[string]string{"prompt": "prompt", "response": "completion"}}
	}
}
