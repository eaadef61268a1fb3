"""The verbs of signatures: signing, confirming, proving, withdrawing, folding, recounting."""
