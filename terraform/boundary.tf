# The most that any role of the homelab can ever do, whatever its own policy says. The pipeline may
# change policies of machines, but not this, nor its own rights: that takes the owner.

locals {
  boundary_name = "${var.homelab}-boundary"
  boundary_arn  = "arn:${local.partition}:iam::${local.account}:policy/${local.boundary_name}"
}

resource "aws_iam_policy" "boundary" {
  name        = local.boundary_name
  description = "The most that a machine of ${var.homelab} can do"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "OurBuckets"
        Effect = "Allow"
        Action = [
          "s3:AbortMultipartUpload",
          "s3:DeleteObject",
          "s3:GetBucketLocation",
          "s3:GetObject",
          "s3:List*",
          "s3:PutObject",
        ]
        Resource = flatten([for arn in values(local.bucket_arns) : [arn, "${arn}/*"]])
      },
      {
        Sid    = "OurSecrets"
        Effect = "Allow"
        Action = [
          "secretsmanager:DescribeSecret",
          "secretsmanager:GetSecretValue",
          "secretsmanager:PutSecretValue",
        ]
        Resource = ["${local.secrets_arn}/*"]
      },
      {
        Sid    = "OurRegion"
        Effect = "Allow"
        Action = [
          "ec2:CreateTags",
          "ec2:Describe*",
          "ec2:ModifyInstanceAttribute",
          "ec2:RunInstances",
          "ec2:TerminateInstances",
        ]
        Resource  = ["*"]
        Condition = { StringEquals = { "aws:RequestedRegion" = var.region } }
      },
      {
        Sid      = "OurSlots"
        Effect   = "Allow"
        Action   = ["iam:PassRole"]
        Resource = ["arn:${local.partition}:iam::${local.account}:role/${var.homelab}-standby-*"]
      },
    ]
  })
}
