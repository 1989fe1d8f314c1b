"""The program: what is declared is in release.py, where the tests find it."""

import pulumi

from release import declare_release

release = declare_release(min_share=pulumi.Config().get_float("min_share") or 0.8)

pulumi.export("verdict", release.gate.verdict)
pulumi.export("released", release.monitor.id)
