# Rights of machines. Control planes share a role, because each of them can do what the others can;
# every other machine has one of its own, so that no machine reads another's keys.

locals {
  role_of = merge(
    { for name, node in var.instances : name => node.role == "control-plane" ? "control-plane" : "node-${name}" },
    { for slot in keys(var.standby.slots) : slot => slot },
  )
  machines_of = { for role in distinct(values(local.role_of)) : role => [for machine, its in local.role_of : machine if its == role] }

  machine_statements = { for role, machines in local.machines_of : role => concat(
    local.cache_statements,
    [
      {
        Sid    = "OwnKeys"
        Effect = "Allow"
        Action = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
        # Secrets Manager adds six characters to a name; a star would let in longer names.
        Resource = [for machine in machines : "${local.secrets_arn}/${machine}/*-??????"]
      },
    ],
    [for arn in local.cache_arns : {
      Sid      = "OwnHeartbeat"
      Effect   = "Allow"
      Action   = ["s3:PutObject"]
      Resource = [for machine in machines : "${arn}/ducksnest/heartbeats/${machine}"]
    }],
    [for arn in local.logs_arns : {
      Sid      = "WriteLogs"
      Effect   = "Allow"
      Action   = ["s3:PutObject"]
      Resource = ["${arn}/*"]
    }],
    [for statement in concat(local.backup_statements, local.recovery_statements) : statement if role == "control-plane"],
  ) }

  bucket_arns = { for purpose, bucket in var.buckets : purpose => "arn:${local.partition}:s3:::${bucket.name}" }
  # One or none of each: a statement about a bucket is there when the bucket is.
  cache_arns   = [for purpose, arn in local.bucket_arns : arn if purpose == "cache"]
  logs_arns    = [for purpose, arn in local.bucket_arns : arn if purpose == "logs"]
  backups_arns = [for purpose, arn in local.bucket_arns : arn if purpose == "backups"]

  secrets_arn = "arn:${local.partition}:secretsmanager:${var.region}:${local.account}:secret:${var.homelab}/hosts"
  ec2_arn     = "arn:${local.partition}:ec2:${var.region}:${local.account}"

  # Listing tells a missing object from a forbidden one, and finds a node's newest system.
  cache_statements = flatten([for arn in local.cache_arns : [
    {
      Sid      = "ReadCache"
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = ["${arn}/*"]
    },
    {
      Sid      = "ListCache"
      Effect   = "Allow"
      Action   = ["s3:GetBucketLocation", "s3:ListBucket"]
      Resource = [arn]
    },
  ]])

  # etcd's snapshots, and the database's where a member stands here. Versions stay out of reach.
  backup_statements = flatten([for arn in local.backups_arns : [
    {
      Sid    = "KeepBackups"
      Effect = "Allow"
      Action = [
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:ListMultipartUploadParts",
        "s3:PutObject",
      ]
      Resource = ["${arn}/*"]
    },
    {
      Sid      = "ListBackups"
      Effect   = "Allow"
      Action   = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"]
      Resource = [arn]
    },
  ]])
}

resource "aws_iam_role" "machine" {
  for_each = local.machines_of

  name                 = "${var.homelab}-${each.key}"
  description          = "Machines of ${var.homelab}: ${join(", ", each.value)}"
  permissions_boundary = aws_iam_policy.boundary.arn
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "machine" {
  for_each = aws_iam_role.machine

  name   = "homelab"
  role   = each.value.name
  policy = jsonencode({ Version = "2012-10-17", Statement = local.machine_statements[each.key] })
}

resource "aws_iam_instance_profile" "machine" {
  for_each = aws_iam_role.machine

  name = each.value.name
  role = each.value.name
}
