# Versioned, encrypted, closed to the public. What is deleted by mistake or by malice stays for a
# while: machines and CI can delete objects, nobody but the owner can delete versions.

resource "aws_s3_bucket" "this" {
  for_each = var.buckets

  bucket = each.value.name

  tags = { "ducksnest:purpose" = each.key }
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each = aws_s3_bucket.this

  bucket                  = each.value.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyByTls"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource = [
        "arn:${local.partition}:s3:::${var.buckets[each.key].name}",
        "arn:${local.partition}:s3:::${var.buckets[each.key].name}/*",
      ]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })

  # Both change who may do what with the bucket; S3 refuses the second of two at once.
  depends_on = [aws_s3_bucket_public_access_block.this]
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id

  rule {
    id     = "unfinished-uploads"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  rule {
    id     = "old-versions"
    status = "Enabled"

    filter {}

    # The cache and backups are thinned out by those who know what refers to what; only the marks
    # of what was deleted go by themselves. Logs go by age.
    expiration {
      days                         = var.buckets[each.key].expire_days
      expired_object_delete_marker = var.buckets[each.key].expire_days == null ? true : null
    }

    noncurrent_version_expiration {
      noncurrent_days = var.buckets[each.key].noncurrent_days
    }
  }

  # A heartbeat is written anew all the time; nobody asks for yesterday's.
  dynamic "rule" {
    for_each = each.key == "cache" ? ["ducksnest/heartbeats/"] : []

    content {
      id     = "heartbeats"
      status = "Enabled"

      filter {
        prefix = rule.value
      }

      noncurrent_version_expiration {
        noncurrent_days = 1
      }
    }
  }

  # AWS takes rules for versions only where versions are.
  depends_on = [aws_s3_bucket_versioning.this]
}
