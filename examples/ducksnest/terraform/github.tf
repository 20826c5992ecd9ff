# GitHub Actions come with a token that says which repository and branch they run for; there is no
# key to keep. Pull requests may look, the branch may change things.

locals {
  github_url = "token.actions.githubusercontent.com"
  github_provider = var.github == null ? null : (
    var.github_provider_exists ? data.aws_iam_openid_connect_provider.github[0].arn : aws_iam_openid_connect_provider.github[0].arn
  )

  repository = try(var.github.repository, "")
  branch     = try(var.github.branch, "")
  github_roles = { for name, role in {
    plan = {
      description = "Pull requests and checks of ${local.repository}: may look"
      subjects    = ["repo:${local.repository}:pull_request", "repo:${local.repository}:ref:refs/heads/${local.branch}"]
      statements  = local.pipeline_look
    }
    deploy = {
      description = "Branch ${local.branch} of ${local.repository}: may change the homelab"
      subjects    = ["repo:${local.repository}:ref:refs/heads/${local.branch}"]
      statements  = concat(local.pipeline_look, local.pipeline_change)
    }
  } : name => role if var.github != null }
}

resource "aws_iam_openid_connect_provider" "github" {
  count = var.github == null || var.github_provider_exists ? 0 : 1

  url            = "https://${local.github_url}"
  client_id_list = ["sts.amazonaws.com"]
}

data "aws_iam_openid_connect_provider" "github" {
  count = var.github != null && var.github_provider_exists ? 1 : 0

  url = "https://${local.github_url}"
}

resource "aws_iam_role" "github" {
  for_each = local.github_roles

  name                 = "${var.homelab}-github-${each.key}"
  description          = each.value.description
  max_session_duration = 3600
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = local.github_provider }
      Condition = { StringEquals = {
        "${local.github_url}:aud" = "sts.amazonaws.com"
        "${local.github_url}:sub" = each.value.subjects
      } }
    }]
  })
}

resource "aws_iam_role_policy" "github" {
  for_each = local.github_roles

  name   = "homelab"
  role   = aws_iam_role.github[each.key].name
  policy = jsonencode({ Version = "2012-10-17", Statement = each.value.statements })
}
