# Terraform 1.11 and OpenTofu 1.10 are the first to lock the state in S3 itself; see backend.tf.json.
terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.20, < 7.0"
    }
  }
}

provider "aws" {
  region = var.region

  # Rights below are given by this tag: what has it is the homelab's, what has not is not.
  default_tags {
    tags = local.tags
  }
}

locals {
  tags = { "ducksnest:homelab" = var.homelab }

  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}
