// A stand-in for Terraform's AWS provider: it knows the real one's published schema, which it reads from schema.json
// beside itself, and no AWS. It lets a real `init`, `validate`, `plan`, `apply` and `destroy` run over a module.
//
// What it shows: that every attribute, block and type is one that the real provider knows, that references resolve, that
// the module plans nothing twice, and exactly which values would be sent. What it cannot show: what AWS would answer,
// the real provider's checks of values beyond their types, and which changes replace a resource.
package main

import (
	"log"
	"os"
	"path/filepath"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

func main() {
	program, err := os.Executable()
	if err != nil {
		log.Fatal(err)
	}
	schemas, err := readSchemas(filepath.Join(filepath.Dir(program), "schema.json"))
	if err != nil {
		log.Fatal(err)
	}
	serve := func() tfprotov6.ProviderServer { return &provider{schemas: schemas} }
	if err := tf6server.Serve("registry.terraform.io/hashicorp/aws", serve); err != nil {
		log.Fatal(err)
	}
}
