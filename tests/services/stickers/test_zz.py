import collections
from tests.services.stickers import test_ledger_properties as t
from hypothesis import settings, HealthCheck
from hypothesis.stateful import run_state_machine_as_test
def test_stats(foundation):
    c=collections.Counter()
    class Here(t.Ledger):
        world=t.World(foundation)
        def _try(self,kind,*a,**k):
            n=len(self.done); super()._try(kind,*a,**k); c[(str(kind), 'counter' if k.get('counters') else '', len(self.done)>n)]+=1
    run_state_machine_as_test(Here, settings=settings(max_examples=60,stateful_step_count=40,deadline=None,suppress_health_check=list(HealthCheck)))
    for k in sorted(c): print(k,c[k])
