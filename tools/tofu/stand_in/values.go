package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

const account = "123456789012"

func fields(of *tfprotov6.DynamicValue, schema *tfprotov6.Schema) (map[string]tftypes.Value, error) {
	value, err := of.Unmarshal(schema.ValueType())
	if err != nil {
		return nil, err
	}
	var attributes map[string]tftypes.Value
	return attributes, value.As(&attributes)
}

func text(value tftypes.Value) string {
	var of *string
	if !value.IsKnown() || value.As(&of) != nil || of == nil {
		return ""
	}
	return *of
}

func texts(value tftypes.Value) map[string]string {
	all := map[string]string{}
	var values map[string]tftypes.Value
	if value.IsFullyKnown() && value.As(&values) == nil {
		for key, each := range values {
			all[key] = text(each)
		}
	}
	return all
}

// completed fills the computed attributes of a block that nobody set, also in the blocks within.
func completed(block *tfprotov6.SchemaBlock, value tftypes.Value, fill func(string, tftypes.Type) tftypes.Value) (tftypes.Value, error) {
	if value.IsNull() || !value.IsKnown() {
		return value, nil
	}
	var attributes map[string]tftypes.Value
	if err := value.As(&attributes); err != nil {
		return value, err
	}
	for _, attribute := range block.Attributes {
		if attribute.Computed && attributes[attribute.Name].IsNull() {
			attributes[attribute.Name] = fill(attribute.Name, attribute.Type)
		}
	}
	for _, nested := range block.BlockTypes {
		inner := attributes[nested.TypeName]
		if inner.IsNull() || !inner.IsKnown() {
			continue
		}
		if nested.Nesting == tfprotov6.SchemaNestedBlockNestingModeSingle {
			made, err := completed(nested.Block, inner, fill)
			if err != nil {
				return value, err
			}
			attributes[nested.TypeName] = made
			continue
		}
		var items []tftypes.Value
		if err := inner.As(&items); err != nil {
			return value, err
		}
		for i := range items {
			made, err := completed(nested.Block, items[i], fill)
			if err != nil {
				return value, err
			}
			items[i] = made
		}
		attributes[nested.TypeName] = tftypes.NewValue(inner.Type(), items)
	}
	return tftypes.NewValue(value.Type(), attributes), nil
}

func lastName(path *tftypes.AttributePath) string {
	steps := path.Steps()
	for i := len(steps) - 1; i >= 0; i-- {
		if name, is := steps[i].(tftypes.AttributeName); is {
			return string(name)
		}
	}
	return ""
}

// invention makes up what AWS would have answered: the same for the same resource, other for another.
type invention struct {
	type_, name, id, region string
}

func (p *provider) inventionFor(type_ string, value tftypes.Value) invention {
	var attributes map[string]tftypes.Value
	_ = value.As(&attributes)
	name := ""
	for _, key := range []string{"name", "bucket", "url"} {
		if name == "" {
			name = text(attributes[key])
		}
	}
	digest := sha256.Sum256([]byte(type_ + value.String()))
	return invention{type_: type_, name: name, id: hex.EncodeToString(digest[:])[:17], region: p.region}
}

func (i invention) value(attribute string, type_ tftypes.Type) tftypes.Value {
	switch {
	case type_.Is(tftypes.String):
		return tftypes.NewValue(type_, i.text(attribute))
	case type_.Is(tftypes.Number):
		return tftypes.NewValue(type_, 1)
	case type_.Is(tftypes.Bool):
		return tftypes.NewValue(type_, false)
	case type_.Is(tftypes.List{}), type_.Is(tftypes.Set{}):
		return tftypes.NewValue(type_, []tftypes.Value{})
	case type_.Is(tftypes.Map{}):
		return tftypes.NewValue(type_, map[string]tftypes.Value{})
	}
	return tftypes.NewValue(type_, nil)
}

func (i invention) text(attribute string) string {
	switch attribute {
	case "region":
		return i.region
	case "arn":
		return i.arn()
	case "id", "bucket":
		if i.name != "" && i.type_ != "aws_launch_template" && i.type_ != "aws_security_group" {
			return i.name
		}
		return strings.TrimPrefix(i.type_, "aws_") + "-" + i.id
	}
	return "made-up-" + attribute
}

func (i invention) arn() string {
	switch i.type_ {
	case "aws_iam_role", "aws_iam_policy", "aws_iam_instance_profile":
		kind := strings.ReplaceAll(strings.TrimPrefix(i.type_, "aws_iam_"), "_", "-")
		return fmt.Sprintf("arn:aws:iam::%s:%s/%s", account, kind, i.name)
	case "aws_iam_openid_connect_provider":
		return fmt.Sprintf("arn:aws:iam::%s:oidc-provider/%s", account, strings.TrimPrefix(i.name, "https://"))
	case "aws_secretsmanager_secret":
		return fmt.Sprintf("arn:aws:secretsmanager:%s:%s:secret:%s-%s", i.region, account, i.name, i.id[:6])
	}
	return fmt.Sprintf("arn:aws:stand-in:%s:%s:%s/%s", i.region, account, strings.TrimPrefix(i.type_, "aws_"), i.id)
}
