#!/usr/bin/env node
require("../dist/twinseed.cjs");
