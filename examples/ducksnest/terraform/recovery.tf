# What the control plane may do to rent a replacement: start a machine from one of our templates, as
# the template says, with our tags; end what has our tags and a slot; nothing else.

locals {
  slot_names   = keys(var.standby.slots)
  is_homelab   = { "aws:ResourceTag/ducksnest:homelab" = var.homelab }
  asks_homelab = { "aws:RequestTag/ducksnest:homelab" = var.homelab }
  # Which templates the first statement says, by their tags.
  from_template = {
    ArnLike = { "ec2:LaunchTemplate" = "${local.ec2_arn}:launch-template/*" }
  }

  recovery_statements = [for statement in [
    {
      Sid       = "UseOurTemplates"
      Effect    = "Allow"
      Action    = ["ec2:RunInstances"]
      Resource  = ["${local.ec2_arn}:launch-template/*"]
      Condition = { StringEquals = merge(local.is_homelab, { "aws:ResourceTag/ducksnest:slot" = local.slot_names }) }
    },
    {
      Sid      = "StartReplacements"
      Effect   = "Allow"
      Action   = ["ec2:RunInstances"]
      Resource = ["${local.ec2_arn}:instance/*"]
      Condition = merge(local.from_template, {
        StringEquals = merge(local.asks_homelab, {
          "aws:RequestTag/ducksnest:slot" = local.slot_names
          "ec2:InstanceType"              = var.standby.types
          "ec2:MetadataHttpTokens"        = "required"
        })
      })
    },
    {
      Sid       = "WithTheirParts"
      Effect    = "Allow"
      Action    = ["ec2:RunInstances"]
      Resource  = ["${local.ec2_arn}:volume/*", "${local.ec2_arn}:network-interface/*"]
      Condition = merge(local.from_template, { StringEquals = local.asks_homelab })
    },
    {
      Sid       = "InOurNetwork"
      Effect    = "Allow"
      Action    = ["ec2:RunInstances"]
      Resource  = ["${local.ec2_arn}:subnet/*", "${local.ec2_arn}:security-group/*"]
      Condition = merge(local.from_template, { StringEquals = local.is_homelab })
    },
    {
      Sid       = "FromTheTemplatesImage"
      Effect    = "Allow"
      Action    = ["ec2:RunInstances"]
      Resource  = ["arn:${local.partition}:ec2:${var.region}::image/*"]
      Condition = merge(local.from_template, { Bool = { "ec2:IsLaunchTemplateResource" = "true" } })
    },
    {
      Sid    = "TagWhileStarting"
      Effect = "Allow"
      Action = ["ec2:CreateTags"]
      Resource = [
        "${local.ec2_arn}:instance/*",
        "${local.ec2_arn}:network-interface/*",
        "${local.ec2_arn}:volume/*",
      ]
      Condition = { StringEquals = merge(local.asks_homelab, { "ec2:CreateAction" = "RunInstances" }) }
    },
    {
      Sid       = "EndReplacements"
      Effect    = "Allow"
      Action    = ["ec2:TerminateInstances"]
      Resource  = ["${local.ec2_arn}:instance/*"]
      Condition = { StringEquals = merge(local.is_homelab, { "aws:ResourceTag/ducksnest:slot" = local.slot_names }) }
    },
    {
      # A template cannot say it, and Calico's packets need it; see nodes.tf.
      Sid      = "LetPodsPacketsPass"
      Effect   = "Allow"
      Action   = ["ec2:ModifyInstanceAttribute"]
      Resource = ["${local.ec2_arn}:instance/*"]
      Condition = { StringEquals = merge(local.is_homelab, {
        "aws:ResourceTag/ducksnest:slot" = local.slot_names
        "ec2:Attribute"                  = "SourceDestCheck"
      }) }
    },
    {
      Sid       = "GiveThemTheirRole"
      Effect    = "Allow"
      Action    = ["iam:PassRole"]
      Resource  = [for slot in local.slot_names : "arn:${local.partition}:iam::${local.account}:role/${var.homelab}-${slot}"]
      Condition = { StringEquals = { "iam:PassedToService" = "ec2.amazonaws.com" } }
    },
    {
      # A key that joins the tailnet is made when it is needed, and can be put, not read.
      Sid      = "GiveThemATailnetKey"
      Effect   = "Allow"
      Action   = ["secretsmanager:PutSecretValue"]
      Resource = [for slot in local.slot_names : "${local.secrets_arn}/${slot}/tailnet-key-??????"]
    },
    {
      # Describing knows no resources.
      Sid    = "Look"
      Effect = "Allow"
      Action = [
        "ec2:DescribeImages",
        "ec2:DescribeInstanceStatus",
        "ec2:DescribeInstanceTypeOfferings",
        "ec2:DescribeInstances",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:DescribeLaunchTemplates",
        "ec2:DescribeSubnets",
        "ec2:DescribeTags",
      ]
      Resource  = ["*"]
      Condition = { StringEquals = { "aws:RequestedRegion" = var.region } }
    },
  ] : statement if length(local.slot_names) > 0]
}
