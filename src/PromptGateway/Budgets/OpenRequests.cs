using System.Collections;

namespace PromptGateway.Budgets;

/// <summary>The requests that the ledger does not know yet, as a chain through themselves: entering and leaving allocate nothing. Under the lock of the book.</summary>
internal sealed class OpenRequests : IEnumerable<Reservation>
{
    private Reservation? _first;

    public void Enter(Reservation reservation)
    {
        reservation.After = _first;
        _first?.Before = reservation;
        _first = reservation;
    }

    public void Leave(Reservation reservation)
    {
        if (reservation.Before is null && !ReferenceEquals(_first, reservation))
            return;
        if (reservation.Before is { } before)
            before.After = reservation.After;
        else
            _first = reservation.After;
        reservation.After?.Before = reservation.Before;
        (reservation.Before, reservation.After) = (null, null);
    }

    public IEnumerator<Reservation> GetEnumerator()
    {
        for (var reservation = _first; reservation is not null; reservation = reservation.After)
            yield return reservation;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
