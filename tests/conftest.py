"""What every test may ask for: the fixed cast of people, servers, a browser, Tamada itself."""

pytest_plugins = ["tests.cast", "tests.fixtures_servers"]
