"""Run in a process of its own: load what clients saved, diagnose it, print one line of JSON for each call.

python fresh.py FOLDER client.function ...
"""

import importlib
import json
import os
import sys
from pathlib import Path


def main(folder, *calls):
    import vaediag as vd
    from vaediag.errors import InputError
    from vaediag.records.text import headline

    for call in calls:
        client, function = call.split(".")
        os.chdir(Path(folder) / client)
        try:
            vae, images = getattr(importlib.import_module(client), function)()
        except InputError as error:
            print(json.dumps({"call": call, "error": str(error)}), flush=True)
            continue
        answer = {"call": call, "assumed": list(vae.assumed), **vae.describe()}
        if function == "load":  # other ways to the same model need no diagnosis of their own
            found = vd.diagnose(vae, images[::15], skip=("prior", "information", "corrected", "pictures"))
            numbers = {
                "elbo": found.evidence.elbo,
                "rate": found.evidence.rate,
                "dispersion": found.calibration.posterior.dispersion,
                "crps": found.calibration.posterior.crps,
            }
            answer["numbers"] = {name: [e.value, e.standard_error] for name, e in numbers.items() if e}
            answer["excluded"] = found.excluded.count
            answer["head"] = " ".join(headline(found).split("\n\n")[0].split())
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main(*sys.argv[1:])
