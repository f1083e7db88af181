"""What may be asked of the books by name."""

from dougong.apps.finance.questions.ageing import aged_payables, aged_receivables
from dougong.apps.finance.questions.forecast import cash_forecast
from dougong.apps.finance.questions.statements import balance_sheet, profit_and_loss, trial_balance
from dougong.kernel.named import NamedQuestion

LEDGER = ("account", "journal_entry")

AGED = NamedQuestion("receivable", "aged", aged_receivables, reads=("allocation", "payment"))
AGED_PAYABLES = NamedQuestion("bill", "aged", aged_payables, reads=("bill_payment",))
FORECAST = NamedQuestion(
    "receivable", "cash_forecast", cash_forecast, reads=("billable", "payment")
)
TRIAL_BALANCE = NamedQuestion("account", "trial_balance", trial_balance, reads=LEDGER)
PROFIT_AND_LOSS = NamedQuestion("account", "profit_and_loss", profit_and_loss, reads=LEDGER)
BALANCE_SHEET = NamedQuestion("account", "balance_sheet", balance_sheet, reads=LEDGER)
