# One network, two subnets in two availability zones. Machines have public addresses because they
# only need a way out: a NAT gateway costs more than all of them together.

resource "aws_vpc" "this" {
  cidr_block           = var.network.cidr
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = { Name = var.homelab }
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id

  tags = { Name = var.homelab }
}

data "aws_availability_zones" "available" {
  state = "available"

  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

# Not every zone has every instance type.
data "aws_ec2_instance_type_offerings" "zones" {
  for_each = toset(concat([for node in values(var.instances) : node.type], var.standby.types))

  location_type = "availability-zone"

  filter {
    name   = "instance-type"
    values = [each.value]
  }
}

locals {
  zones = sort(setintersection(
    toset(data.aws_availability_zones.available.names),
    [for offering in data.aws_ec2_instance_type_offerings.zones : toset(offering.locations)]...
  ))
  zone_of = { for index, subnet in sort(keys(var.network.subnets)) : subnet => try(local.zones[index], null) }
}

resource "aws_subnet" "this" {
  for_each = var.network.subnets

  vpc_id                  = aws_vpc.this.id
  cidr_block              = each.value
  availability_zone       = local.zone_of[each.key]
  map_public_ip_on_launch = true

  tags = { Name = "${var.homelab}-${each.key}" }

  lifecycle {
    # A zone that AWS opens later, or an offer that is added, must not move a subnet with machines.
    ignore_changes = [availability_zone]

    precondition {
      condition     = length(local.zones) >= 2
      error_message = "Fewer than two zones of ${var.region} have all of: ${join(", ", keys(data.aws_ec2_instance_type_offerings.zones))}. Choose other instance types in homelab.toml."
    }
  }
}

resource "aws_route_table" "this" {
  vpc_id = aws_vpc.this.id

  tags = { Name = var.homelab }
}

resource "aws_route" "out" {
  route_table_id         = aws_route_table.this.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this.id
}

resource "aws_route_table_association" "this" {
  for_each = aws_subnet.this

  route_table_id = aws_route_table.this.id
  subnet_id      = each.value.id
}

# The cache, logs and backups are read and written without crossing the internet; it costs nothing.
resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.${var.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [aws_route_table.this.id]

  tags = { Name = "${var.homelab}-s3" }
}
