# What the pipeline signs and deploys with. Entries without values: the owner puts them in, and the
# role of the branch takes them out.

locals {
  pipeline_secrets_arn = "arn:${local.partition}:secretsmanager:${var.region}:${local.account}:secret:${var.homelab}/pipeline"
  pipeline_secrets = var.github == null ? {} : {
    cache-signing-key = "Secret key that signs what goes into the binary cache"
    deploy-ssh-key    = "SSH key that deployments log in with"
    kubeconfig        = "How deployments ask the cluster to move pods; may stay empty"
  }
}

resource "aws_secretsmanager_secret" "pipeline" {
  for_each = local.pipeline_secrets

  name        = "${var.homelab}/pipeline/${each.key}"
  description = each.value

  # Made anew rather than restored, and a name that waits for its end cannot be taken again.
  recovery_window_in_days = 0
}
