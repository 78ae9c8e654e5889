"""lava-sleep: sleep against catastrophic forgetting in a spiking network, the way neuromorphic hardware would run it.

Data flow: configuration -> description -> executor -> results -> analysis -> figures.
"""

from lava_sleep.packages import check_companions_or_leave

check_companions_or_leave()
