# What `ducksnest` reads back by `terraform output -json`. Names and shapes are a contract.

output "ducksnest" {
  description = "Everything that was made and has no name of its own."
  value = {
    schema         = "ducksnest.terraform/1"
    homelab        = var.homelab
    account        = local.account
    region         = var.region
    vpc            = aws_vpc.this.id
    subnets        = { for name, subnet in aws_subnet.this : name => subnet.id }
    security_group = aws_security_group.machines.id
    buckets        = { for purpose, bucket in aws_s3_bucket.this : purpose => bucket.id }
    secrets        = { for name, secret in aws_secretsmanager_secret.machine : name => secret.arn }

    instances = { for name, instance in aws_instance.node : name => {
      id             = instance.id
      address        = instance.private_ip
      public_address = instance.public_ip
    } }

    launch_templates = { for name, template in aws_launch_template.standby : name => {
      id      = template.id
      name    = template.name
      version = template.latest_version
    } }

    github_roles = var.github == null ? null : {
      plan   = aws_iam_role.github["plan"].arn
      deploy = aws_iam_role.github["deploy"].arn
    }
  }
}
