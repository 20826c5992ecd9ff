# An alarm, not a brake: disaster recovery keeps its own budget and never passes it. It counts the
# whole account: a budget by tag sees nothing until the tag is activated by hand in AWS Billing.

resource "aws_budgets_budget" "month" {
  name         = "${var.homelab}-month"
  budget_type  = "COST"
  limit_amount = tostring(var.monthly_limit_usd)
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  dynamic "notification" {
    for_each = length(var.alarm_emails) == 0 ? [] : [
      { type = "ACTUAL", percent = 80 },
      { type = "ACTUAL", percent = 100 },
      { type = "FORECASTED", percent = 100 },
    ]

    content {
      comparison_operator        = "GREATER_THAN"
      notification_type          = notification.value.type
      threshold                  = notification.value.percent
      threshold_type             = "PERCENTAGE"
      subscriber_email_addresses = var.alarm_emails
    }
  }
}

check "somebody_hears_the_alarm" {
  assert {
    condition     = length(var.alarm_emails) > 0
    error_message = "Nobody hears of costs above ${var.monthly_limit_usd} USD a month: set alarm_emails in a *.auto.tfvars file."
  }
}
