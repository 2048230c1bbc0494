using System.ComponentModel;
using System.Reflection;

namespace PromptGateway.Configuration;

/// <summary>What may stand at a place of the configuration, derived from the type that it is bound to.</summary>
internal sealed class OptionShape
{
    private readonly Lazy<IReadOnlyDictionary<string, OptionShape>> _members;

    private OptionShape(ShapeKind kind, Type type, OptionShape? item, Func<IReadOnlyDictionary<string, OptionShape>> members)
    {
        (Kind, Type, Item) = (kind, type, item);
        _members = new Lazy<IReadOnlyDictionary<string, OptionShape>>(members);
    }

    public ShapeKind Kind { get; }

    /// <summary>Of a single value: its type, never nullable.</summary>
    public Type Type { get; }

    /// <summary>Of lists and maps: what each entry is.</summary>
    public OptionShape? Item { get; }

    /// <summary>Of objects: by name.</summary>
    public IReadOnlyDictionary<string, OptionShape> Members => _members.Value;

    /// <summary>A section that another library reads.</summary>
    public static OptionShape Free { get; } = new(ShapeKind.Free, typeof(object), null, Nothing);

    public static OptionShape List(OptionShape item) => new(ShapeKind.List, typeof(object), item, Nothing);

    public static OptionShape Map(OptionShape value) => new(ShapeKind.Map, typeof(object), value, Nothing);

    /// <param name="type">Has the defaults and the descriptions of the members.</param>
    /// <param name="members">What the type alone does not tell.</param>
    public static OptionShape Object(Type type, params (string Name, OptionShape Shape)[] members) =>
        new(
            ShapeKind.Object,
            type,
            null,
            () => members.ToDictionary(member => member.Name, member => member.Shape, StringComparer.OrdinalIgnoreCase)
        );

    /// <summary>The same with one member more, which is bound to nothing.</summary>
    public OptionShape With(string name, OptionShape shape) =>
        new(Kind, Type, Item, () => new Dictionary<string, OptionShape>(Members, StringComparer.OrdinalIgnoreCase) { [name] = shape });

    public static OptionShape Of<T>() => Of(typeof(T));

    public static OptionShape Of(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (IsSingle(type))
            return new OptionShape(ShapeKind.Single, type, null, Nothing);
        var interfaces = type.IsInterface ? type.GetInterfaces().Append(type) : type.GetInterfaces();
        if (Argument(interfaces, typeof(IEnumerable<>)) is { } item)
            return item.IsGenericType && item.GetGenericTypeDefinition() == typeof(KeyValuePair<,>)
                ? Map(Of(item.GetGenericArguments()[1]))
                : List(Of(item));
        return new OptionShape(ShapeKind.Object, type, null, () => MembersOf(type));
    }

    private static Dictionary<string, OptionShape> MembersOf(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0)
            .ToDictionary(property => property.Name, property => Of(property.PropertyType), StringComparer.OrdinalIgnoreCase);

    private static bool IsSingle(Type type) =>
        type == typeof(string)
        || type.IsEnum
        || TypeDescriptor.GetConverter(type) is var converter && converter.CanConvertFrom(typeof(string));

    private static Type? Argument(IEnumerable<Type> types, Type generic) =>
        types.FirstOrDefault(type => type.IsGenericType && type.GetGenericTypeDefinition() == generic)?.GetGenericArguments()[0];

    private static Dictionary<string, OptionShape> Nothing() => [];
}
