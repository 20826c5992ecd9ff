# Nothing comes in from outside: operators, CI and other sites arrive through the tailnet, which
# machines open from within.

resource "aws_security_group" "machines" {
  name        = "${var.homelab}-machines"
  description = "Machines of the homelab: out to anywhere, in from each other only"
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.homelab}-machines" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "anywhere" {
  security_group_id = aws_security_group.machines.id
  description       = "Tailscale, images, the AWS API"
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}

# Inside a site node addresses are reached directly and not through the tailnet, and pods of one
# subnet without encapsulation: machines of this group must hear each other.
resource "aws_vpc_security_group_ingress_rule" "each_other" {
  security_group_id            = aws_security_group.machines.id
  description                  = "Other machines of the homelab"
  ip_protocol                  = "-1"
  referenced_security_group_id = aws_security_group.machines.id
}
