package export

import (
	"fmt"
	"strings"
)

// croissant is croissant.json, the metadata of Croissant 1.0: the files with their
// hashes, and a record set with its fields for every config. Licence, creators and
// the date of publication are for whoever publishes it to add: nothing here knows
// them.
func croissant(m Manifest) ([]byte, error) {
	var distribution, recordSets []any
	for _, t := range m.namedTables() {
		distribution = append(distribution, fileObjects(t, m.Options.JSONL)...)
		recordSets = append(recordSets, splitSet(t), recordSet(t, m.Options.JSONL))
	}
	text, err := canonicalJSON(map[string]any{
		"@context":     croissantContext(),
		"@type":        "sc:Dataset",
		"conformsTo":   "http://mlcommons.org/croissant/1.0",
		"name":         m.Selection.Name,
		"description":  m.subject() + ", in the format " + m.Options.Format + ", exported from a NExT workbench.",
		"distribution": distribution,
		"recordSet":    recordSets,
	})
	if err != nil {
		return nil, err
	}
	return indented(text)
}

// croissantContext is the vocabulary that the standard prescribes.
func croissantContext() map[string]any {
	context := map[string]any{
		"@language": "en", "@vocab": "https://schema.org/", "sc": "https://schema.org/", "cr": "http://mlcommons.org/croissant/",
		"rai": "http://mlcommons.org/croissant/RAI/", "dct": "http://purl.org/dc/terms/", "conformsTo": "dct:conformsTo", "citeAs": "cr:citeAs",
		"data":          map[string]string{"@id": "cr:data", "@type": "@json"},
		"dataType":      map[string]string{"@id": "cr:dataType", "@type": "@vocab"},
		"examples":      map[string]string{"@id": "cr:examples", "@type": "@json"},
		"isLiveDataset": "cr:isLiveDataset",
	}
	for _, word := range []string{"column", "extract", "field", "fileProperty", "fileObject", "fileSet", "format", "includes", "jsonPath", "key",
		"md5", "parentField", "path", "recordSet", "references", "regex", "repeated", "replace", "separator", "source", "subField", "transform"} {
		context[word] = "cr:" + word
	}
	return context
}

// fileObjects are the shards of a table, and the set of them.
func fileObjects(t namedTable, jsonl bool) []any {
	format, extension := "application/x-parquet", "parquet"
	if jsonl {
		format, extension = "application/jsonlines", "jsonl"
	}
	var all []any
	for _, s := range t.Shards {
		all = append(all, map[string]any{"@type": "cr:FileObject", "@id": s.Path, "name": strings.ReplaceAll(s.Path, "/", "-"), "contentUrl": s.Path,
			"contentSize": fmt.Sprintf("%d B", s.Bytes), "encodingFormat": format, "sha256": s.SHA256})
	}
	return append(all, map[string]any{"@type": "cr:FileSet", "@id": t.name + "-files", "name": t.name + "-files",
		"encodingFormat": format, "includes": t.folder + "/*." + extension})
}

// splitSet is the record set of the splits that a table has.
func splitSet(t namedTable) map[string]any {
	id := t.name + "_splits"
	field := id + "/split_name"
	var data []any
	for _, s := range t.splitSizes() {
		data = append(data, map[string]string{field: s.name})
	}
	return map[string]any{"@type": "cr:RecordSet", "@id": id, "name": id, "dataType": "cr:Split", "key": map[string]string{"@id": field},
		"field": []any{map[string]any{"@type": "cr:Field", "@id": field, "name": "split_name", "dataType": "sc:Text"}}, "data": data}
}

// recordSet is the record set of the rows of a table.
func recordSet(t namedTable, jsonl bool) map[string]any {
	files := map[string]string{"@id": t.name + "-files"}
	fields := []any{map[string]any{"@type": "cr:Field", "@id": t.name + "/split", "name": "split", "dataType": "sc:Text",
		"references": map[string]any{"field": map[string]string{"@id": t.name + "_splits/split_name"}},
		"source": map[string]any{"fileSet": files, "extract": map[string]string{"fileProperty": "fullpath"},
			"transform": map[string]string{"regex": t.folder + "/(" + strings.Join(splitNames(), "|") + ")-.+$"}}}}
	for _, c := range t.Columns {
		extract := map[string]string{"column": c.Name}
		if jsonl {
			extract = map[string]string{"jsonPath": "$." + c.Name}
		}
		fields = append(fields, croissantField(t.name, c, map[string]any{"fileSet": files, "extract": extract}))
	}
	return map[string]any{"@type": "cr:RecordSet", "@id": t.name, "name": t.name, "field": fields,
		"description": fmt.Sprintf("The rows of the config %s.", t.name)}
}

// croissantField is a column, or a field inside one, which is taken from the same
// source with a step further in.
func croissantField(parent string, c Column, source map[string]any) map[string]any {
	kinds := map[string]string{textType: "sc:Text", integerType: "sc:Integer", numberType: "sc:Float", booleanType: "sc:Boolean"}
	id := parent + "/" + c.Name
	field := map[string]any{"@type": "cr:Field", "@id": id, "name": c.Name, "source": source}
	if c.Meaning != "" {
		field["description"] = c.Meaning
	}
	if c.Type != listType {
		field["dataType"] = kinds[c.Type]
		return field
	}
	var below []any
	for _, f := range c.Fields {
		below = append(below, croissantField(id, f, within(source, f.Name)))
	}
	field["repeated"], field["subField"] = true, below
	return field
}

// within is the source of a field of a list's items.
func within(source map[string]any, name string) map[string]any {
	steps, _ := source["transform"].([]any)
	return map[string]any{"fileSet": source["fileSet"], "extract": source["extract"],
		"transform": append(steps[:len(steps):len(steps)], map[string]string{"jsonPath": name})}
}
