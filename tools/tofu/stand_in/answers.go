package main

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// answer is what the data sources that the module asks would say, as far as it depends on more than a made-up text.
func (p *provider) answer(type_ string, config tftypes.Value) (map[string]tftypes.Value, error) {
	switch type_ {
	case "aws_caller_identity":
		return map[string]tftypes.Value{"account_id": tftypes.NewValue(tftypes.String, account)}, nil
	case "aws_partition":
		return map[string]tftypes.Value{
			"partition":  tftypes.NewValue(tftypes.String, "aws"),
			"dns_suffix": tftypes.NewValue(tftypes.String, "amazonaws.com"),
		}, nil
	case "aws_availability_zones":
		return map[string]tftypes.Value{"names": p.zones("a", "b", "c", "d")}, nil
	case "aws_ec2_instance_type_offerings":
		names, err := filterValues(config, "instance-type")
		if err != nil {
			return nil, err
		}
		// Previous generations stand in one zone only, Graviton in two, the others in three: zones are not alike.
		zones := p.zones("a", "b", "c")
		if len(names) == 1 && strings.HasPrefix(names[0], "t2.") {
			zones = p.zones("a")
		} else if len(names) == 1 && strings.HasPrefix(names[0], "t4g.") {
			zones = p.zones("a", "c")
		}
		return map[string]tftypes.Value{"locations": zones}, nil
	case "aws_ami":
		architectures, err := filterValues(config, "architecture")
		if err != nil {
			return nil, err
		}
		id := map[string]string{"x86_64": "ami-00000000000000086", "arm64": "ami-000000000000000a4"}[strings.Join(architectures, "")]
		return map[string]tftypes.Value{"id": tftypes.NewValue(tftypes.String, id)}, nil
	case "aws_iam_openid_connect_provider":
		return map[string]tftypes.Value{
			"arn": tftypes.NewValue(tftypes.String, "arn:aws:iam::"+account+":oidc-provider/token.actions.githubusercontent.com"),
		}, nil
	}
	return nil, nil
}

func (p *provider) zones(letters ...string) tftypes.Value {
	var names []tftypes.Value
	for _, letter := range letters {
		names = append(names, tftypes.NewValue(tftypes.String, p.region+letter))
	}
	return tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, names)
}

// filterValues reads the values of one `filter` block.
func filterValues(config tftypes.Value, name string) ([]string, error) {
	var attributes map[string]tftypes.Value
	if err := config.As(&attributes); err != nil {
		return nil, err
	}
	var filters []tftypes.Value
	if err := attributes["filter"].As(&filters); err != nil {
		return nil, err
	}
	var found []string
	for _, filter := range filters {
		var of map[string]tftypes.Value
		if err := filter.As(&of); err != nil {
			return nil, err
		}
		if text(of["name"]) != name {
			continue
		}
		var values []tftypes.Value
		if err := of["values"].As(&values); err != nil {
			return nil, err
		}
		for _, value := range values {
			found = append(found, text(value))
		}
	}
	return found, nil
}
