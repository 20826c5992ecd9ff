package main

import (
	"context"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The embedded interface answers what nothing here asks for: functions, ephemeral resources, imports.
type provider struct {
	tfprotov6.ProviderServer
	schemas     *schemas
	region      string
	defaultTags map[string]string
}

func (p *provider) GetMetadata(context.Context, *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	return &tfprotov6.GetMetadataResponse{ServerCapabilities: &tfprotov6.ServerCapabilities{}}, nil
}

func (p *provider) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return &tfprotov6.GetProviderSchemaResponse{
		ServerCapabilities: &tfprotov6.ServerCapabilities{},
		Provider:           p.schemas.provider,
		ResourceSchemas:    p.schemas.resources,
		DataSourceSchemas:  p.schemas.dataSources,
	}, nil
}

func (p *provider) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{}, nil
}

func (p *provider) ValidateProviderConfig(_ context.Context, request *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return &tfprotov6.ValidateProviderConfigResponse{PreparedConfig: request.Config}, nil
}

func (p *provider) ConfigureProvider(_ context.Context, request *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	config, err := fields(request.Config, p.schemas.provider)
	if err != nil {
		return nil, err
	}
	p.region, p.defaultTags = text(config["region"]), map[string]string{}
	var blocks []tftypes.Value
	if err := config["default_tags"].As(&blocks); err != nil {
		return nil, err
	}
	for _, block := range blocks {
		var inner map[string]tftypes.Value
		if err := block.As(&inner); err != nil {
			return nil, err
		}
		maps.Copy(p.defaultTags, texts(inner["tags"]))
	}
	return &tfprotov6.ConfigureProviderResponse{}, nil
}

func (p *provider) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return &tfprotov6.StopProviderResponse{}, nil
}

func (p *provider) ValidateResourceConfig(context.Context, *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return &tfprotov6.ValidateResourceConfigResponse{}, nil
}

func (p *provider) ValidateDataResourceConfig(context.Context, *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return &tfprotov6.ValidateDataResourceConfigResponse{}, nil
}

func (p *provider) UpgradeResourceState(_ context.Context, request *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	type_ := p.schemas.resources[request.TypeName].ValueType()
	state, err := request.RawState.Unmarshal(type_)
	if err != nil {
		return nil, err
	}
	upgraded, err := tfprotov6.NewDynamicValue(type_, state)
	return &tfprotov6.UpgradeResourceStateResponse{UpgradedState: &upgraded}, err
}

// Nobody else changes what is not there.
func (p *provider) ReadResource(_ context.Context, request *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return &tfprotov6.ReadResourceResponse{NewState: request.CurrentState}, nil
}

// Whatever the provider would compute is unknown until it is made, and stays as it was made.
func (p *provider) PlanResourceChange(_ context.Context, request *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	schema := p.schemas.resources[request.TypeName]
	type_ := schema.ValueType()
	proposed, err := request.ProposedNewState.Unmarshal(type_)
	if err != nil {
		return nil, err
	}
	if proposed.IsNull() {
		return &tfprotov6.PlanResourceChangeResponse{PlannedState: request.ProposedNewState}, nil
	}
	planned, err := p.withTags(request.TypeName, proposed)
	if err != nil {
		return nil, err
	}
	planned, err = completed(schema.Block, planned, func(_ string, type_ tftypes.Type) tftypes.Value {
		return tftypes.NewValue(type_, tftypes.UnknownValue)
	})
	if err != nil {
		return nil, err
	}
	state, err := tfprotov6.NewDynamicValue(type_, planned)
	return &tfprotov6.PlanResourceChangeResponse{PlannedState: &state}, err
}

func (p *provider) ApplyResourceChange(_ context.Context, request *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	schema := p.schemas.resources[request.TypeName]
	type_ := schema.ValueType()
	planned, err := request.PlannedState.Unmarshal(type_)
	if err != nil || planned.IsNull() {
		return &tfprotov6.ApplyResourceChangeResponse{NewState: request.PlannedState}, err
	}
	made, err := p.withTags(request.TypeName, planned)
	if err != nil {
		return nil, err
	}
	invention := p.inventionFor(request.TypeName, made)
	made, err = tftypes.Transform(made, func(path *tftypes.AttributePath, value tftypes.Value) (tftypes.Value, error) {
		if value.IsKnown() {
			return value, nil
		}
		return invention.value(lastName(path), value.Type()), nil
	})
	if err != nil {
		return nil, err
	}
	state, err := tfprotov6.NewDynamicValue(type_, made)
	return &tfprotov6.ApplyResourceChangeResponse{NewState: &state}, err
}

func (p *provider) ReadDataSource(_ context.Context, request *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	schema := p.schemas.dataSources[request.TypeName]
	type_ := schema.ValueType()
	config, err := request.Config.Unmarshal(type_)
	if err != nil {
		return nil, err
	}
	invention := p.inventionFor(request.TypeName, config)
	known, err := p.answer(request.TypeName, config)
	if err != nil {
		return nil, err
	}
	read, err := completed(schema.Block, config, func(name string, type_ tftypes.Type) tftypes.Value {
		if value, found := known[name]; found {
			return value
		}
		return invention.value(name, type_)
	})
	if err != nil {
		return nil, err
	}
	state, err := tfprotov6.NewDynamicValue(type_, read)
	return &tfprotov6.ReadDataSourceResponse{State: &state}, err
}

// withTags sets tags_all, the tags of the resource and of the provider together, where a resource has it.
func (p *provider) withTags(name string, value tftypes.Value) (tftypes.Value, error) {
	var attributes map[string]tftypes.Value
	if err := value.As(&attributes); err != nil {
		return value, fmt.Errorf("%s: %w", name, err)
	}
	tags, has := attributes["tags"]
	if _, computed := attributes["tags_all"]; !has || !computed || !tags.IsFullyKnown() {
		return value, nil
	}
	all := map[string]tftypes.Value{}
	for key, tag := range p.defaultTags {
		all[key] = tftypes.NewValue(tftypes.String, tag)
	}
	for key, tag := range texts(tags) {
		all[key] = tftypes.NewValue(tftypes.String, tag)
	}
	attributes["tags_all"] = tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, all)
	return tftypes.NewValue(value.Type(), attributes), nil
}
