"""The exercises of ch03_os_cache, a module for each group."""
