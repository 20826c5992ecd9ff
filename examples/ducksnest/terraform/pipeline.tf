# Rights of the pipeline: what planning reads, and what applying and deploying change. Values of
# machines' secrets can be put and never read; those of its own are read by the branch's role alone.

locals {
  state_arn = "arn:${local.partition}:s3:::${var.state.bucket}"
  iam_arn   = "arn:${local.partition}:iam::${local.account}"
  # Roles and profiles of machines: not the pipeline's own.
  machine_roles = ["control-plane", "node-*", "standby-*"]
  machine_iam_arns = flatten([for kind in ["role", "instance-profile"] : [
    for role in local.machine_roles : "${local.iam_arn}:${kind}/${var.homelab}-${role}"
  ]])

  creating = [
    "ec2:CreateInternetGateway",
    "ec2:CreateLaunchTemplate",
    "ec2:CreateRouteTable",
    "ec2:CreateSecurityGroup",
    "ec2:CreateSubnet",
    "ec2:CreateVpc",
    "ec2:CreateVpcEndpoint",
  ]

  pipeline_look = concat(
    [
      {
        Sid      = "ReadState"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = ["${local.state_arn}/${var.state.key}"]
      },
      {
        Sid    = "ListBuckets"
        Effect = "Allow"
        Action = [
          "s3:Get*Configuration",
          "s3:GetBucket*",
          "s3:ListBucket",
          "s3:ListTagsForResource",
        ]
        Resource = concat([local.state_arn], values(local.bucket_arns))
      },
      {
        # What planning asks for has no resource that could be named.
        Sid      = "Describe"
        Effect   = "Allow"
        Action   = ["ec2:Describe*", "ec2:GetLaunchTemplateData", "iam:ListOpenIDConnectProviders"]
        Resource = ["*"]
      },
      {
        Sid    = "ReadRoles"
        Effect = "Allow"
        Action = ["iam:Get*", "iam:List*"]
        Resource = [
          "${local.iam_arn}:role/${var.homelab}-*",
          "${local.iam_arn}:instance-profile/${var.homelab}-*",
          "${local.iam_arn}:policy/${var.homelab}-*",
          "${local.iam_arn}:oidc-provider/${local.github_url}",
        ]
      },
      {
        Sid    = "SeeSecrets"
        Effect = "Allow"
        Action = [
          "secretsmanager:DescribeSecret",
          "secretsmanager:GetResourcePolicy",
          "secretsmanager:ListSecretVersionIds",
        ]
        Resource = ["${local.secrets_arn}/*", "${local.pipeline_secrets_arn}/*"]
      },
      {
        Sid      = "SeeBudget"
        Effect   = "Allow"
        Action   = ["budgets:ListTagsForResource", "budgets:ViewBudget"]
        Resource = ["arn:${local.partition}:budgets::${local.account}:budget/${var.homelab}-*"]
      },
    ],
    local.cache_statements,
  )

  pipeline_change = concat(
    [
      {
        Sid      = "WriteState"
        Effect   = "Allow"
        Action   = ["s3:PutObject"]
        Resource = ["${local.state_arn}/${var.state.key}"]
      },
      {
        Sid      = "LockState"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
        Resource = ["${local.state_arn}/${var.state.key}.tflock"]
      },
      {
        # New things must be born with our tag …
        Sid       = "CreateAsOurs"
        Effect    = "Allow"
        Action    = concat(["ec2:AuthorizeSecurityGroup*", "ec2:RunInstances"], local.creating)
        Resource  = ["${local.ec2_arn}:*/*"]
        Condition = { StringEquals = local.asks_homelab }
      },
      {
        # … at no other moment: else anything of the account could be made to look like ours …
        Sid      = "TagWhileCreating"
        Effect   = "Allow"
        Action   = ["ec2:CreateTags"]
        Resource = ["${local.ec2_arn}:*/*"]
        Condition = { StringEquals = merge(local.asks_homelab, {
          "ec2:CreateAction" = concat(
            ["AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress", "RunInstances"],
            [for action in local.creating : trimprefix(action, "ec2:")],
          )
        }) }
      },
      {
        # … and only what has it can be used, changed or removed.
        Sid    = "ChangeOurs"
        Effect = "Allow"
        Action = concat(local.creating, [
          "ec2:Associate*",
          "ec2:Attach*",
          "ec2:Authorize*",
          "ec2:CreateLaunchTemplateVersion",
          "ec2:CreateRoute",
          "ec2:CreateTags",
          "ec2:Delete*",
          "ec2:Detach*",
          "ec2:Disassociate*",
          "ec2:Modify*",
          "ec2:ReplaceRoute*",
          "ec2:Revoke*",
          "ec2:RunInstances",
          "ec2:StartInstances",
          "ec2:StopInstances",
          "ec2:TerminateInstances",
        ])
        Resource  = ["${local.ec2_arn}:*/*"]
        Condition = { StringEquals = local.is_homelab }
      },
      {
        # These two belong to somebody else, or have no tag while they are made.
        Sid    = "StartFromImages"
        Effect = "Allow"
        Action = ["ec2:RunInstances"]
        Resource = [
          "arn:${local.partition}:ec2:${var.region}::image/*",
          "${local.ec2_arn}:network-interface/*",
        ]
      },
      {
        Sid       = "NeverEndControlPlanes"
        Effect    = "Deny"
        Action    = ["ec2:ModifyInstanceAttribute", "ec2:TerminateInstances"]
        Resource  = ["${local.ec2_arn}:instance/*"]
        Condition = { StringEquals = { "aws:ResourceTag/ducksnest:role" = "control-plane" } }
      },
      {
        Sid    = "SetUpBuckets"
        Effect = "Allow"
        Action = [
          "s3:CreateBucket",
          "s3:PutBucket*",
          "s3:PutEncryptionConfiguration",
          "s3:PutLifecycleConfiguration",
          "s3:TagResource",
          "s3:UntagResource",
        ]
        Resource = values(local.bucket_arns)
      },
      {
        Sid    = "MakeMachineRoles"
        Effect = "Allow"
        Action = [
          "iam:CreateRole",
          "iam:DeleteRolePolicy",
          "iam:PutRolePermissionsBoundary",
          "iam:PutRolePolicy",
        ]
        Resource  = local.machine_iam_arns
        Condition = { StringEquals = { "iam:PermissionsBoundary" = local.boundary_arn } }
      },
      {
        Sid    = "KeepMachineRoles"
        Effect = "Allow"
        Action = [
          "iam:AddRoleToInstanceProfile",
          "iam:CreateInstanceProfile",
          "iam:DeleteInstanceProfile",
          "iam:DeleteRole",
          "iam:RemoveRoleFromInstanceProfile",
          "iam:TagInstanceProfile",
          "iam:TagRole",
          "iam:UntagInstanceProfile",
          "iam:UntagRole",
          "iam:UpdateRoleDescription",
        ]
        Resource = local.machine_iam_arns
      },
      {
        Sid       = "GiveMachinesTheirRole"
        Effect    = "Allow"
        Action    = ["iam:PassRole"]
        Resource  = [for role in local.machine_roles : "${local.iam_arn}:role/${var.homelab}-${role}"]
        Condition = { StringEquals = { "iam:PassedToService" = "ec2.amazonaws.com" } }
      },
      {
        Sid    = "KeepSecrets"
        Effect = "Allow"
        Action = [
          "secretsmanager:CreateSecret",
          "secretsmanager:DeleteSecret",
          "secretsmanager:PutSecretValue",
          "secretsmanager:TagResource",
          "secretsmanager:UntagResource",
          "secretsmanager:UpdateSecret",
        ]
        Resource = ["${local.secrets_arn}/*"]
      },
      {
        Sid      = "TakeItsOwnSecrets"
        Effect   = "Allow"
        Action   = ["secretsmanager:GetSecretValue"]
        Resource = ["${local.pipeline_secrets_arn}/*"]
      },
      {
        Sid      = "KeepBudget"
        Effect   = "Allow"
        Action   = ["budgets:ModifyBudget", "budgets:TagResource", "budgets:UntagResource"]
        Resource = ["arn:${local.partition}:budgets::${local.account}:budget/${var.homelab}-*"]
      },
    ],
    flatten([for arn in local.cache_arns : [
      {
        Sid    = "PushToCache"
        Effect = "Allow"
        Action = [
          "s3:AbortMultipartUpload",
          "s3:DeleteObject",
          "s3:ListMultipartUploadParts",
          "s3:PutObject",
        ]
        Resource = ["${arn}/*"]
      },
      {
        # Who could write them could make a dead site look alive.
        Sid      = "NeverFakeHeartbeats"
        Effect   = "Deny"
        Action   = ["s3:DeleteObject", "s3:PutObject"]
        Resource = ["${arn}/ducksnest/heartbeats/*"]
      },
    ]]),
  )
}
