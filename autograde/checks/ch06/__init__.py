"""The exercises of ch06_vb_code: each with its checks, its likely causes and the broken twins behind them."""
